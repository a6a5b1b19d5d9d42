-- The indexes of version 1, apart so that a first import can build them last.
CREATE UNIQUE INDEX groups_by_name ON groups (parent, name);
CREATE INDEX memberships_by_email ON memberships (email);
