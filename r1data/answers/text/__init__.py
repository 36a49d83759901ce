"""Answers in words: texts, dates, yes and no, who is what, things in an order."""
