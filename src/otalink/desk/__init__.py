"""The port to a ticket system: a Protocol, frozen dataclasses and errors; no Django, no SQL."""
