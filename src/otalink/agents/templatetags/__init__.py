"""Tags of the agents' templates."""
