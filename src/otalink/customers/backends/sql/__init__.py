"""Customer users in a table of another program."""
