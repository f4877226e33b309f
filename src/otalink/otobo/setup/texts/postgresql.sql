-- 1. On OTOBO's PostgreSQL, in the database <<database>>, as its owner: otalink reads, and nothing else. Never a password,
--    a session or a queue.
CREATE ROLE <<reader>> LOGIN PASSWORD 'PASSWORD';
<<grants>>
GRANT SELECT (<<customer_columns>>) ON customer_user TO <<reader>>;
