"""Coming from the published add-on: its links, its settings, and what was wrong there."""
