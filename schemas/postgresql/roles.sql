-- The roles of a store, made by an administrator of the server: psql -d DATABASE -f roles.sql
--
-- allot_owner   may create the store (`allot init`), change its schema, and build the indexes last in a first import
-- allot_writer  may change the rows of the store, not its schema
-- allot_reader  may read the store
--
-- They cannot log in. A login gets the rights with, for example: GRANT allot_writer TO alice
\set ON_ERROR_STOP on
BEGIN;
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM unnest(ARRAY['allot_owner', 'allot_writer', 'allot_reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name) \gexec
GRANT CONNECT, CREATE ON DATABASE :"DBNAME" TO allot_owner;
GRANT CONNECT ON DATABASE :"DBNAME" TO allot_writer, allot_reader;
SELECT pg_catalog.to_regclass('allot.store') IS NOT NULL AS has_store \gset
\if :has_store
-- A store that was made before the roles belongs to the login that made it.
ALTER SCHEMA allot OWNER TO allot_owner;
SELECT format('ALTER TABLE allot.%I OWNER TO allot_owner', relname) FROM pg_catalog.pg_class
WHERE relnamespace = 'allot'::regnamespace AND relkind IN ('r', 'S') \gexec
\ir grants.sql
\endif
COMMIT;
