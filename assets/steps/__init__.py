"""Steps: the functions that fill the tables of any round, and the run they are given."""
