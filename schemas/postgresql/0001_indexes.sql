-- The keys and indexes of the tables that a first import fills; in a separate file, so that the import can build them
-- last. 0001_drop_indexes.sql drops what this file makes.
ALTER TABLE groups ADD CONSTRAINT groups_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX groups_by_name ON groups (parent, name);
CREATE INDEX groups_reminding ON groups (id) WHERE remind_users IS NOT NULL;
ALTER TABLE licenses ADD CONSTRAINT licenses_pkey PRIMARY KEY (group_id, name);
ALTER TABLE memberships ADD CONSTRAINT memberships_pkey PRIMARY KEY (group_id, email_key);
CREATE INDEX memberships_by_email ON memberships (email_key);
ALTER TABLE groups ADD CONSTRAINT groups_parent FOREIGN KEY (parent) REFERENCES groups (id) DEFERRABLE;
ALTER TABLE licenses ADD CONSTRAINT licenses_group FOREIGN KEY (group_id) REFERENCES groups (id) DEFERRABLE;
ALTER TABLE memberships ADD CONSTRAINT memberships_group FOREIGN KEY (group_id) REFERENCES groups (id) DEFERRABLE;
ALTER TABLE figures ADD CONSTRAINT figures_group FOREIGN KEY (group_id) REFERENCES groups (id) DEFERRABLE;
