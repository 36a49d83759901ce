"""Language: of what language a text and its words are, and where it goes over into another."""
