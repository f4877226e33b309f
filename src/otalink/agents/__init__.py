"""Agents: their accounts, how they sign in, what they may do."""
