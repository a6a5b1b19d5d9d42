-- Version 2 of the store: the log. Every write is one row of `log`; what it changed stands in `content`, a line for each
-- changed thing (libcore/engine/entry_text.cpp), but for groups that an import of thousands made, which are known by
-- their rows: a group's row is never given again.
CREATE TABLE log (
  revision     INTEGER PRIMARY KEY,  -- of the store after the write
  time         INTEGER NOT NULL,     -- seconds since 1970-01-01 UTC, as the clock was
  login        TEXT    NOT NULL,     -- who ran the program
  actor        TEXT,                 -- the e-mail that it acted as; null: with full rights
  actor_groups TEXT    NOT NULL,     -- the groups that the actor had power in, such as '12 57'
  via          INTEGER NOT NULL CHECK (via BETWEEN 0 AND 3),  -- 0 command, 1 batch, 2 import, 3 shell
  command      TEXT    NOT NULL,     -- the command line
  changes      INTEGER NOT NULL,     -- how many things it changed
  fresh        INTEGER,              -- the first row of the groups that it made and `content` does not tell of, or null
  next_group   INTEGER NOT NULL,     -- the row after the last that a group was ever given
  places       BLOB,                 -- the groups that it changed something at or below, where they are many; else null
  size         INTEGER,              -- how many bytes `content` has once it is unpacked (zlib); null: it is plain text
  content      BLOB    NOT NULL
) STRICT;
CREATE INDEX log_by_group ON log (next_group);
CREATE INDEX log_wide ON log (revision) WHERE places IS NOT NULL;

-- The groups that an entry changed something at or below, where they are few; without the company, which is in all.
CREATE TABLE log_places (
  group_id INTEGER NOT NULL,  -- the group, which may be gone
  revision INTEGER NOT NULL REFERENCES log (revision),
  PRIMARY KEY (group_id, revision)
) STRICT, WITHOUT ROWID;

-- The first row of groups whose making is in the log: what is below it was there before the log began.
ALTER TABLE store ADD COLUMN logged_groups INTEGER NOT NULL DEFAULT 1;

-- The revision after which the log begins.
ALTER TABLE store ADD COLUMN logged_from INTEGER NOT NULL DEFAULT 0;

-- 1: a user may be spelled in several ways, as one who did not see all of its memberships wrote one.
ALTER TABLE store ADD COLUMN spellings INTEGER NOT NULL DEFAULT 0;
