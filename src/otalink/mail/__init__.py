"""A mail read once: bytes in, an `IncomingMail` out. Pure: no model, no setting but the languages we speak."""
