"""Setting otalink up beside an OTOBO: texts for its database, configuration and web server, and the check."""
