"""Programs: run in a sandbox, judged outside their reach."""
