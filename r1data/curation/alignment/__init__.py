"""Data of reward models: pairs of responses of which one is better, and labels of safety."""
