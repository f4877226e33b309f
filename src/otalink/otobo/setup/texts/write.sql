
-- 2. Where otalink makes customer users in OTOBO's own table (kind = "otobo", writable = true). OTOBO keeps what it looked
--    up for a day, "nobody" included: set CacheTTL to 0, as `otalink otobo config perl` has it.
<<write_grants>>
