"""The commands that serve until they are told to end: one supervisor, and the services below it."""
