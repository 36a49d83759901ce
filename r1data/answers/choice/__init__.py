"""Choice questions."""
