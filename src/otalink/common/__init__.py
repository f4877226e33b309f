"""What every package may use and what knows nothing of mail or tickets: files, prepared SQL, read-only admin."""
