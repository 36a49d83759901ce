"""The generated pages of the documentation, each a function that returns its text."""
