"""Curating a user's own file: the tables of a recipe's rounds, made of the rows of one file."""
