"""What `otalink check` says of the OTOBO beside us: each right, the zone, the storage, and what customers depend on."""
