"""Rate limits, and the client's IP they count by."""
