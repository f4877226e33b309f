"""The embedded desk: tickets, articles and queues in our own database, and the agents' pages."""
