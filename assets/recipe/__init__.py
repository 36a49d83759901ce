"""The settings of a whole run, and the tables it means."""
