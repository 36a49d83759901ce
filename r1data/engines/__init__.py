"""What writes completions: one protocol, its engines, and the log that nothing is lost from."""
