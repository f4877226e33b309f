"""A POP3 drop, from which OTOBO fetches mail that we have looked at before it files it."""
