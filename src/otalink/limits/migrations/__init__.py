"""Migrations of the rate limits."""
