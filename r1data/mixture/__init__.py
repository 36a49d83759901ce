"""Turning what was kept into training sets."""
