"""Mail to customers: templates, the outbox and the mailer."""
