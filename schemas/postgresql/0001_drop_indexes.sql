-- Drops what 0001_indexes.sql makes.
ALTER TABLE figures DROP CONSTRAINT figures_group;
ALTER TABLE memberships DROP CONSTRAINT memberships_group, DROP CONSTRAINT memberships_pkey;
ALTER TABLE licenses DROP CONSTRAINT licenses_group, DROP CONSTRAINT licenses_pkey;
ALTER TABLE groups DROP CONSTRAINT groups_parent;
ALTER TABLE groups DROP CONSTRAINT groups_pkey;
DROP INDEX groups_by_name, groups_reminding, memberships_by_email;
