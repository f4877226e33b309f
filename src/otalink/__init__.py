"""otalink: customers of a help desk get in by one-time link instead of a password."""
