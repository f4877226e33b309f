
-- 2. On otalink's MariaDB, in the database <<source_database>>: what OTOBO sees of our customer users, and an account
--    that reads this and nothing else.
CREATE OR REPLACE VIEW <<source_database>>.otalink_customer_user AS
    SELECT login, email, customer_id, first_name,
        CASE WHEN TRIM(CONCAT(first_name, last_name)) = '' THEN email ELSE last_name END AS last_name,
        CASE WHEN valid THEN 1 ELSE 2 END AS valid_id
    FROM <<source_database>>.customers_customeruserrecord WHERE backend = 'CustomerUser';
CREATE USER IF NOT EXISTS <<source_reader>> IDENTIFIED BY 'PASSWORD';
GRANT SELECT ON <<source_database>>.otalink_customer_user TO <<source_reader>>;
