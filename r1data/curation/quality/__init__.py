"""Quality: a small classifier of good and bad texts, trained from a recipe's own examples."""
