"""Customer users from mail that OTOBO filed: who wrote it really, whom that makes, and whose word it is."""
