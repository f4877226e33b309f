"""A real OTOBO beside us: its tickets read by SQL, its history mirrored, written to over REST."""
