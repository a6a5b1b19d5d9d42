-- The indexes of the tables that a first import fills; in a separate file, so that the import can build them last.
CREATE UNIQUE INDEX groups_by_name ON groups (parent, name);
CREATE INDEX groups_reminding ON groups (id) WHERE remind_users IS NOT NULL;
CREATE INDEX memberships_by_email ON memberships (email);
