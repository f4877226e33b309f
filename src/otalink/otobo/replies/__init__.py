"""What customers write in the portal: kept durably, then filed in OTOBO over REST, each exactly once."""
