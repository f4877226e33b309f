"""The SMTP host of OTOBO's outgoing mail, where each recipient's copy gets that person's own link."""
