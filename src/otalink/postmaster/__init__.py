"""Mail intake: bytes -> parsed mail -> pre-filters -> follow-up check -> desk."""
