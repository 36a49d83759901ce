"""The general set's rules: kinds of prompts, who the model is, when to reason, what is unsafe."""
