"""Content: what completions hold that training data should not, found in a text by rules."""
