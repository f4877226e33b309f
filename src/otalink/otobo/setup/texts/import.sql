
-- 3. While `otalink otobo import` runs: the links of the published add-on, and the settings that were changed.
GRANT SELECT ON <<qualifier>><<token_table>> TO <<reader>>;
GRANT SELECT (<<settings_columns>>) ON <<qualifier>><<settings_table>> TO <<reader>>;
-- Afterwards:
-- REVOKE SELECT ON <<qualifier>><<token_table>> FROM <<reader>>;
-- REVOKE SELECT (<<settings_columns>>) ON <<qualifier>><<settings_table>> FROM <<reader>>;
