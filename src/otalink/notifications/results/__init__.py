"""What became of outgoing mail: opened, refused, come back; and sending it again."""
