"""Columns that a table gained later, and those that are no part of its content."""

LATER = {"is_later": True}
"""Marks a column that a table gained later: a null in it is no part of the table's data version."""

NOT_CONTENT = frozenset({"seconds", "engine"})
"""Columns that say how long something took, or on what: no part of a table's data version."""
