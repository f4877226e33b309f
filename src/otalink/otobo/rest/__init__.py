"""OTOBO's generic interface: the only way in which anything is written there."""
