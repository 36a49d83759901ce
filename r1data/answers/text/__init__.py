"""Answers in words: texts, dates, yes and no, assignments of roles, orderings."""
