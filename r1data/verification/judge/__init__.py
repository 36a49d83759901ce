"""Judging by a model, where no rule can decide or a second look is asked for."""
