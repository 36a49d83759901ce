"""The command `review`: candidates before people, in the terminal and as files."""
