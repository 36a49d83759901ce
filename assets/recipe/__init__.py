"""Recipes: the settings of a whole run, read, checked and walked."""
