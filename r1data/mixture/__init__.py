"""Training sets: rows for TRL, the dataset card, export."""
