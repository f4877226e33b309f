
-- 2. otalink's own database is SQLite, which OTOBO cannot read. Move to PostgreSQL or MariaDB (OTALINK_DATABASE_URL) and
--    ask again, or let otalink write into OTOBO's own table: `otalink otobo sql --write`.
