"""Mailboxes that mail is fetched from: IMAP, POP3, OAuth2."""
