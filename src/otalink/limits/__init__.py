"""Rate limits, and the client's IP address they count by."""
