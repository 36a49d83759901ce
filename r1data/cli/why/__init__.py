"""The command `why`: one prompt or rollout, each table it went through, and what decided."""
