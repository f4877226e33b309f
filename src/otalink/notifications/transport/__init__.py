"""How a finished mail leaves: its bytes, the talk with the mail server, and what a no of it means."""
