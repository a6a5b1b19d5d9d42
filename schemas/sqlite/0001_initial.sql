-- The store of allot, version 1: one SQLite file. Days are counted from 1970-01-01; an open end of a period is null.
-- Counts are text such as 'mobile=300 sip=400': the resources with a count above zero, by name. Features are text such
-- as 'face-id ukey2', by name. Labels are text with a line such as 'contract=K-77' for each, by key; neither keys nor
-- values have line ends. A CHECK uses BETWEEN, as SQLite builds a table for every IN.
--
-- Every write that changes data has a revision. A table of the hierarchy holds the current version of each row, with
-- the revision that wrote it in `since`. Its history table holds the replaced and removed versions, with the revision
-- that replaced or removed them in `until`. The rows as of revision R are the rows with since <= R < until.
--
-- Before allot 0.9.0 this file is changed in place, and `draft` in schema.hpp and below is incremented. From 0.9.0 on,
-- this file is never edited, and the next version is a separate file.

-- The properties of the store: one row.
CREATE TABLE store (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  draft      INTEGER NOT NULL,            -- the draft of this schema that created it
  revision   INTEGER NOT NULL,            -- incremented by every write that changes data
  next_group INTEGER NOT NULL,            -- the id of the next created group; ids are never reused
  pruned     INTEGER NOT NULL DEFAULT 0,  -- the last revision whose entry and history were pruned; 0: none
  spellings  INTEGER NOT NULL DEFAULT 0   -- 1: the e-mail of a user may have several spellings, since an actor who
                                          --    did not see all memberships of the user wrote one
) STRICT;

-- The counted resources and features that licences can hold.
CREATE TABLE catalog (
  id       INTEGER PRIMARY KEY,                               -- the order of entries, and their ids in `figures`
  name     TEXT    NOT NULL UNIQUE,                           -- one namespace for both kinds
  counted  INTEGER NOT NULL CHECK (counted BETWEEN 0 AND 1),  -- 1: a counted resource, 0: a feature
  requires TEXT    REFERENCES catalog (name),                 -- its count may not exceed this resource's; or null
  since    INTEGER NOT NULL
) STRICT;

CREATE TABLE catalog_history (
  id       INTEGER NOT NULL,
  name     TEXT    NOT NULL,
  counted  INTEGER NOT NULL,
  requires TEXT,
  since    INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (name, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_history_by_until ON catalog_history (until);

-- The tree; the company is the row whose parent is null.
CREATE TABLE groups (
  id            INTEGER PRIMARY KEY,                                   -- from `store.next_group`
  parent        INTEGER REFERENCES groups (id),                        -- the group above, null for the company
  name          TEXT    NOT NULL,                                      -- unique among siblings, byte by byte; empty for the company
  kind          TEXT,                                                  -- distributor, dealer, site ..., or null
  restriction   INTEGER NOT NULL CHECK (restriction BETWEEN 0 AND 2),  -- 0 none, 1 reserved, 2 shared
  suspended     INTEGER NOT NULL CHECK (suspended BETWEEN 0 AND 1),    -- 1: blocked, with all groups below
  remind_before TEXT,                                                  -- days before a licence ends, such as '60 30 7', or null
  remind_repeat INTEGER CHECK (remind_repeat BETWEEN 0 AND 3),         -- 0 once, 1 daily, 2 weekly, 3 every 30 days, or null
  remind_users  INTEGER CHECK (remind_users BETWEEN 0 AND 1),          -- 1: also remind users whose access ends; null: no reminder
  remind_low    INTEGER CHECK (remind_low BETWEEN 1 AND 100),          -- the percentage of a limit to warn at, or null
  labels        TEXT,                                                  -- its labels, or null
  since         INTEGER NOT NULL
) STRICT;

CREATE TABLE groups_history (
  id            INTEGER NOT NULL,
  parent        INTEGER,
  name          TEXT    NOT NULL,
  kind          TEXT,
  restriction   INTEGER NOT NULL,
  suspended     INTEGER NOT NULL,
  remind_before TEXT,
  remind_repeat INTEGER,
  remind_users  INTEGER,
  remind_low    INTEGER,
  labels        TEXT,
  since         INTEGER NOT NULL,
  until         INTEGER NOT NULL,
  PRIMARY KEY (id, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_history_by_until ON groups_history (until);
CREATE INDEX groups_history_by_name ON groups_history (parent, name);

-- The licences of groups; in force if the group is restricted.
CREATE TABLE licenses (
  group_id  INTEGER NOT NULL REFERENCES groups (id),  -- the licensed group
  name      TEXT    NOT NULL,                         -- unique in its group
  type      TEXT    NOT NULL,                         -- plus, trial, basic ...
  counts    TEXT    NOT NULL,                         -- its count of each counted resource
  features  TEXT    NOT NULL,                         -- the features that it lists
  from_day  INTEGER,                                  -- its first day, or null
  until_day INTEGER,                                  -- its last day, or null
  labels    TEXT,                                     -- its labels, or null
  since     INTEGER NOT NULL,
  PRIMARY KEY (group_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE licenses_history (
  group_id  INTEGER NOT NULL,
  name      TEXT    NOT NULL,
  type      TEXT    NOT NULL,
  counts    TEXT    NOT NULL,
  features  TEXT    NOT NULL,
  from_day  INTEGER,
  until_day INTEGER,
  labels    TEXT,
  since     INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  PRIMARY KEY (group_id, name, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX licenses_history_by_until ON licenses_history (until);

-- The memberships of groups; a user is all memberships of one e-mail, which have the same spelling.
CREATE TABLE memberships (
  group_id     INTEGER NOT NULL REFERENCES groups (id),        -- the group that the user belongs to
  email        TEXT    NOT NULL COLLATE NOCASE,                -- as first written; ASCII letters ignore case
  name         TEXT    NOT NULL,                               -- the user's name as this group writes it, or empty
  role         INTEGER NOT NULL CHECK (role BETWEEN 0 AND 2),  -- 0 user, 1 concierge, 2 admin
  counts       TEXT    NOT NULL,                               -- its count of each counted resource
  features     TEXT,                                           -- the features that it lists; null: all of the group
  from_day     INTEGER,                                        -- its first day, or null
  until_day    INTEGER,                                        -- its last day, or null
  labels       TEXT,                                           -- its labels, or null
  since        INTEGER NOT NULL,
  renamed_from TEXT COLLATE NOCASE,                            -- the e-mail before `since`, if changed then; else null
  PRIMARY KEY (group_id, email)
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships_history (
  group_id     INTEGER NOT NULL,
  email        TEXT    NOT NULL COLLATE NOCASE,
  name         TEXT    NOT NULL,
  role         INTEGER NOT NULL,
  counts       TEXT    NOT NULL,
  features     TEXT,
  from_day     INTEGER,
  until_day    INTEGER,
  labels       TEXT,
  since        INTEGER NOT NULL,
  renamed_from TEXT COLLATE NOCASE,
  until        INTEGER NOT NULL,
  PRIMARY KEY (group_id, email, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_history_by_until ON memberships_history (until);
CREATE INDEX memberships_history_by_email ON memberships_history (email);

-- The texts of mails that replace built-in templates.
CREATE TABLE templates (
  name    TEXT PRIMARY KEY,  -- a template of libcore/template/template.hpp
  subject TEXT NOT NULL,
  body    TEXT NOT NULL,     -- the plain text
  html    TEXT,              -- the HTML part, or null
  since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE templates_history (
  name    TEXT NOT NULL,
  subject TEXT NOT NULL,
  body    TEXT NOT NULL,
  html    TEXT,
  since   INTEGER NOT NULL,
  until   INTEGER NOT NULL,
  PRIMARY KEY (name, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX templates_history_by_until ON templates_history (until);

-- Figures stored for speed: `allot check` recomputes all of them from the tables above. They have no history: figures
-- that changed after a revision are computed from the row versions at that revision.
CREATE TABLE figures (
  group_id INTEGER PRIMARY KEY REFERENCES groups (id),  -- a group without a row has had only zeros since its creation
  children INTEGER NOT NULL,                            -- the number of child groups
  members  INTEGER NOT NULL,                            -- the number of memberships
  ceilings INTEGER NOT NULL,                            -- the number of shared groups below that draw on or through it
  allotted BLOB    NOT NULL,                            -- the allotted counts over time: libcore/storage/sqlite/figures.cpp
  since    INTEGER NOT NULL                             -- the revision that wrote these figures
) STRICT;

-- The log: one row per write.
CREATE TABLE log (
  revision     INTEGER PRIMARY KEY,  -- the revision of the write
  time         INTEGER NOT NULL,     -- the system time in seconds since 1970-01-01 UTC
  login        TEXT    NOT NULL,     -- the account that ran the program
  actor        TEXT,                 -- the e-mail of the actor; null: full rights
  actor_groups TEXT    NOT NULL,     -- the groups in which the actor was administrator or concierge, such as '12 57'
  via          INTEGER NOT NULL CHECK (via BETWEEN 0 AND 3),  -- 0 command, 1 batch, 2 import, 3 shell
  command      TEXT    NOT NULL,     -- the command line
  message      TEXT,                 -- the reason that the caller gave, or null
  changes      INTEGER NOT NULL,     -- the number of created, updated and removed rows of the hierarchy
  created      BLOB,                 -- the ids of the created groups, as ranges: libcore/storage/sqlite/log.cpp; or null
  places       BLOB                  -- the groups at or below which rows changed, if there are many; else null
) STRICT;
CREATE INDEX log_wide ON log (revision) WHERE places IS NOT NULL;

-- The rows that a write created outside the groups that it created. The rows inside are found by their group, the
-- replaced and removed rows by `until`.
CREATE TABLE log_items (
  revision INTEGER NOT NULL,                               -- of `log`
  what     INTEGER NOT NULL CHECK (what BETWEEN 1 AND 4),  -- 1 licence, 2 membership, 3 catalogue entry, 4 template
  group_id INTEGER NOT NULL,                               -- the group of a licence or membership, else 0
  name     TEXT    NOT NULL,                               -- the name, or the e-mail in lower case
  renamed_from TEXT,                                       -- the name of a licence before, if it was renamed; else null
  PRIMARY KEY (revision, what, group_id, name)
) STRICT, WITHOUT ROWID;

-- The groups at or below which a write changed rows, if there are few: without the company, which applies to every
-- write, and without the groups that the write created.
CREATE TABLE log_places (
  group_id INTEGER NOT NULL,  -- the group; possibly removed
  revision INTEGER NOT NULL REFERENCES log (revision),
  PRIMARY KEY (group_id, revision)
) STRICT, WITHOUT ROWID;

-- The ledger of mails: a row is added before a mail is sent, with the mail, and updated with the delivery status.
CREATE TABLE mails (
  id         INTEGER PRIMARY KEY,
  message_id TEXT    NOT NULL UNIQUE,                        -- as in its header, the same for every attempt
  recipient  TEXT    NOT NULL COLLATE NOCASE,                -- the address
  subject    TEXT    NOT NULL,
  state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), -- 0 begun, 1 delivered, 2 deferred, 3 refused, 4 withdrawn
  made       INTEGER NOT NULL,                               -- when it was created, in seconds since 1970-01-01 UTC
  tried      INTEGER NOT NULL,                               -- when its state last changed, likewise
  answer     TEXT    NOT NULL,                               -- the last answer of the server
  mail       BLOB                                            -- the composed mail while it may be sent again, else null
) STRICT;
CREATE INDEX mails_open ON mails (state) WHERE state IN (0, 2);

-- The reminders in each mail: a slot is sent once to each recipient, unless its mail was deferred or withdrawn.
CREATE TABLE mail_slots (
  recipient TEXT    NOT NULL COLLATE NOCASE,         -- the address of the mail
  group_id  INTEGER NOT NULL,                        -- the group of the reminder; possibly removed
  license   TEXT    NOT NULL,
  last_day  INTEGER NOT NULL,                        -- the last day of the licence
  first_day INTEGER NOT NULL,                        -- the first day of the slot
  mail_id   INTEGER NOT NULL REFERENCES mails (id),
  path      TEXT    NOT NULL,                        -- the path of the group at that time
  PRIMARY KEY (recipient, group_id, license, last_day, first_day, mail_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_slots_by_mail ON mail_slots (mail_id);
CREATE INDEX mail_slots_by_license ON mail_slots (group_id, license);

-- The warnings in each mail: a warning is sent once to each recipient until a run finds the resource above the
-- percentage, unless its mail was deferred or withdrawn.
CREATE TABLE mail_warnings (
  recipient TEXT    NOT NULL COLLATE NOCASE,         -- the address of the mail
  group_id  INTEGER NOT NULL,                        -- the group of the reminder; possibly removed
  item      TEXT    NOT NULL,                        -- the counted resource
  mail_id   INTEGER NOT NULL REFERENCES mails (id),
  path      TEXT    NOT NULL,                        -- the path of the group at that time
  ended     INTEGER NOT NULL CHECK (ended BETWEEN 0 AND 1),  -- 1: a run found the resource above the percentage since
  PRIMARY KEY (recipient, group_id, item, mail_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_warnings_by_mail ON mail_warnings (mail_id);
CREATE INDEX mail_warnings_open ON mail_warnings (group_id, item) WHERE ended = 0;
