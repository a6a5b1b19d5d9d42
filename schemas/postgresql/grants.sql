-- The rights of the roles allot_writer and allot_reader in the schema `allot`. `allot init` runs this file if the roles
-- exist, roles.sql if the schema exists.
GRANT USAGE ON SCHEMA allot TO allot_writer, allot_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA allot TO allot_writer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA allot TO allot_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA allot TO allot_reader;
