"""The ways in which answers write numbers, fonts and the letters of options."""
