"""Policies: what answers a prompt, how its completion is begun, and where its weights are."""
