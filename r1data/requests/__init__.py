"""The request log: every reply of a policy, written once and kept for all recipes."""
