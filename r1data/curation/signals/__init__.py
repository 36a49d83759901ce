"""Signals: measurements of a completion, before any threshold; a module each."""
