"""`otalink check`: what stands between this installation and its work."""
