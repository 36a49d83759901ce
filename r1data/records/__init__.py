"""Rows of the files people have, read and written one at a time."""
