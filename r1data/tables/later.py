"""Columns that a table gained later, and those that are no part of its content."""

LATER = {"is_later": True}
"""Marks a column that a table gained later: a null in it is no part of the table's data version."""

NOT_CONTENT = frozenset({"seconds", "engine", "decided_at"})
"""Columns that say when, how long or on what something was done: no part of a table's data
version."""
