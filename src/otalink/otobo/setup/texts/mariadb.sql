-- 1. On OTOBO's MariaDB, as its administrator: otalink reads, and nothing else. Never a password, a session or a queue.
CREATE USER IF NOT EXISTS <<reader>> IDENTIFIED BY 'PASSWORD';
<<grants>>
GRANT SELECT (<<customer_columns>>) ON <<database>>.customer_user TO <<reader>>;
