"""From OTOBO's history to the mirror, of which the product's notifications are made."""
