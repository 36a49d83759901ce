"""Thin TRL entry points, each its own process."""
