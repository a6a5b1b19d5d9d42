-- The store of allot, version 1: one SQLite file. Days are counted from 1970-01-01; an open end of a period is null.
-- Counts are text such as 'mobile=300 sip=400': the resources with a count above zero, by name. Features are text such
-- as 'face-id ukey2', by name. A CHECK says BETWEEN, as SQLite builds a table for every IN. Once released this file
-- is never edited; the next version is a file of its own.

-- What the store says of itself: one row.
CREATE TABLE store (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL                       -- grows by one with every write that changes something
) STRICT;

-- The counted resources and features that licences can hold.
CREATE TABLE catalog (
  id       INTEGER PRIMARY KEY,                   -- what `figures` calls it; never given again
  name     TEXT    NOT NULL UNIQUE,               -- one namespace for both kinds
  counted  INTEGER NOT NULL CHECK (counted BETWEEN 0 AND 1),  -- 1: a counted resource, 0: a feature
  requires INTEGER REFERENCES catalog (id)        -- the resource that it may not outnumber, or null
) STRICT;

-- The tree; the company is the row whose parent is null.
CREATE TABLE groups (
  id            INTEGER PRIMARY KEY,                                   -- never given again while something refers to it
  parent        INTEGER REFERENCES groups (id),                        -- the group above, null for the company
  name          TEXT    NOT NULL,                                      -- unique among siblings, byte by byte; empty for the company
  kind          TEXT,                                                  -- distributor, dealer, site ..., or null
  restriction   INTEGER NOT NULL CHECK (restriction BETWEEN 0 AND 2),  -- 0 none, 1 reserved, 2 shared
  suspended     INTEGER NOT NULL CHECK (suspended BETWEEN 0 AND 1),    -- 1: blocked, with all below
  remind_before INTEGER CHECK (remind_before BETWEEN 1 AND 3650),      -- days before a licence ends, null: no reminder
  remind_repeat INTEGER CHECK (remind_repeat BETWEEN 0 AND 3),         -- 0 once, 1 daily, 2 weekly, 3 every 30 days
  remind_users  INTEGER CHECK (remind_users BETWEEN 0 AND 1)           -- 1: users whose access ends are told too
) STRICT;

-- The licences of groups, in force where the group is restricted.
CREATE TABLE licenses (
  group_id  INTEGER NOT NULL REFERENCES groups (id),  -- the group that has it
  name      TEXT    NOT NULL,                         -- unique in its group
  type      TEXT    NOT NULL,                         -- plus, trial, basic ...
  counts    TEXT    NOT NULL,                         -- what it holds of each counted resource
  features  TEXT    NOT NULL,                         -- what it lists
  from_day  INTEGER,                                  -- its first day, or null
  until_day INTEGER,                                  -- its last day, or null
  PRIMARY KEY (group_id, name)
) STRICT, WITHOUT ROWID;

-- The users of groups; a user is the memberships of one e-mail, which are spelled alike.
CREATE TABLE memberships (
  group_id  INTEGER NOT NULL REFERENCES groups (id),  -- the group that the user belongs to
  email     TEXT    NOT NULL COLLATE NOCASE,          -- as first written; ASCII letters compare without case
  name      TEXT    NOT NULL,                         -- the user's name as this group writes it, or empty
  role      INTEGER NOT NULL CHECK (role BETWEEN 0 AND 2),  -- 0 user, 1 concierge, 2 admin
  counts    TEXT    NOT NULL,                         -- what it takes of each counted resource
  features  TEXT,                                     -- what it lists; null: everything that the group has
  from_day  INTEGER,                                  -- its first day, or null
  until_day INTEGER,                                  -- its last day, or null
  PRIMARY KEY (group_id, email)
) STRICT, WITHOUT ROWID;

-- Figures kept for speed: all of it can be recomputed from the tables above, and `allot check` does.
CREATE TABLE figures (
  group_id INTEGER PRIMARY KEY REFERENCES groups (id),  -- the group; one without children, users and takers has no row
  children INTEGER NOT NULL,                            -- how many child groups it has
  members  INTEGER NOT NULL,                            -- how many memberships it has
  ceilings INTEGER NOT NULL,                            -- how many shared groups below draw on it or through it
  allotted BLOB    NOT NULL                             -- what is taken from it over time: libcore/store/figures.cpp
) STRICT;
