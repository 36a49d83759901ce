"""Chains of tables that rounds share: answering, judging, training."""
