"""Pre-filters, one per file; SysConfig decides which run and in which order."""
