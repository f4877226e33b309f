"""One-time tokens: issue, inspect, redeem, supersede, revoke, purge."""
