"""OpenAI-compatible endpoints: what is sent to them and what becomes of each reply."""
