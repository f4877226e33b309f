"""A mail read once: bytes in, an `IncomingMail` out. Pure: no Django, no setting."""
