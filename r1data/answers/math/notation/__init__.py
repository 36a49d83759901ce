"""Normalising and tokenising the text of a mathematical answer."""
