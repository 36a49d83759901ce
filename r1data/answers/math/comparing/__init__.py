"""Comparators of values: numbers, lists, intervals, relations, words."""
