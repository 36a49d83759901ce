"""Signals: what is measured on a completion, before any threshold; a module each."""
