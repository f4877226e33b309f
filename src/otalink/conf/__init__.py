"""Boot configuration: settings, URLs, WSGI and the `otalink` command."""
