"""Formulas: read from tokens into trees, in a normal form or by their values."""
