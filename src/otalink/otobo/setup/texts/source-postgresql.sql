
-- 2. On otalink's PostgreSQL, in the database <<source_database>>, as its owner: what OTOBO sees of our customer users,
--    and an account that reads this and nothing else.
CREATE OR REPLACE VIEW otalink_customer_user AS
    SELECT login, email, customer_id, first_name,
        CASE WHEN TRIM(first_name || last_name) = '' THEN email ELSE last_name END AS last_name,
        CASE WHEN valid THEN 1 ELSE 2 END AS valid_id
    FROM customers_customeruserrecord WHERE backend = 'CustomerUser';
CREATE ROLE <<source_reader>> LOGIN PASSWORD 'PASSWORD';
GRANT SELECT ON otalink_customer_user TO <<source_reader>>;
