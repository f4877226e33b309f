"""The `otalink` command."""
