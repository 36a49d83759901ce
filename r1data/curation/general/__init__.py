"""The general set's rules: kinds of prompts, when to reason, what is unsafe."""
