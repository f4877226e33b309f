"""The embedded desk: tickets, articles and queues in our own database."""
