-- The store of allot, version 1: the schema `allot` of a PostgreSQL database with the encoding UTF8. The tables and their
-- columns are those of schemas/sqlite/0001_initial.sql, with these differences:
--
-- * Texts are compared byte by byte (COLLATE "C"). A column `*_key` is an e-mail in lower case: in the collation "C"
--   lower() changes ASCII letters alone.
-- * Raw bytes are bytea. Integers that are 0 or 1, or one of a few choices, are smallint; days are integer; everything
--   else that counts is bigint.
-- * `store` also has the version of the schema; all places of an entry are in `log_places`.
--
-- Days are counted from 1970-01-01; an open end of a period is null. Counts are text such as 'mobile=300 sip=400': the
-- resources with a count above zero, by name. Features are text such as 'face-id ukey2', by name. Labels are text with
-- a line such as 'contract=K-77' for each, by key; neither keys nor values have line ends.
--
-- Every write that changes data has a revision. A table of the hierarchy holds the current version of each row, with
-- the revision that wrote it in `since`. Its history table holds the replaced and removed versions, with the revision
-- that replaced or removed them in `until`. The rows as of revision R are the rows with since <= R < until.
--
-- The keys and indexes of the tables that a first import fills are in 0001_indexes.sql. Every statement runs with the
-- search path `allot, pg_temp`, in which pg_catalog is implicitly first.
--
-- Before allot 0.9.0 this file is changed in place, and `kDraft` in libcore/storage/postgresql/schema.hpp is
-- incremented. From 0.9.0 on, this file is never edited, and the next version is a separate file.

-- The properties of the store: one row. A write sets its revision here before it changes other rows, so they are changed
-- by one write after the other.
CREATE TABLE store (
  id         smallint PRIMARY KEY CHECK (id = 1),
  version    integer  NOT NULL,            -- the version of this schema
  draft      integer  NOT NULL,            -- the draft of that version
  revision   bigint   NOT NULL,            -- incremented by every write that changes data
  pruned     bigint   NOT NULL DEFAULT 0,  -- the last revision whose entry and history were pruned; 0: none
  spellings  smallint NOT NULL DEFAULT 0   -- 1: the e-mail of a user may have several spellings, since an actor who
                                           --    did not see all memberships of the user wrote one
);

-- The ids of groups, in blocks of 1024, which writes reserve outside their transactions; ids are never reused.
CREATE SEQUENCE group_ids AS bigint START 2 INCREMENT 1024;

-- The counted resources and features that licences can hold.
CREATE TABLE catalog (
  id       integer  PRIMARY KEY,                               -- the order of entries, and their ids in `figures`
  name     text     COLLATE "C" NOT NULL UNIQUE,               -- one namespace for both kinds
  counted  smallint NOT NULL CHECK (counted BETWEEN 0 AND 1),  -- 1: a counted resource, 0: a feature
  requires text     COLLATE "C" REFERENCES catalog (name) DEFERRABLE,  -- its count may not exceed this resource's; or null
  since    bigint   NOT NULL
);

CREATE TABLE catalog_history (
  id       integer  NOT NULL,
  name     text     COLLATE "C" NOT NULL,
  counted  smallint NOT NULL,
  requires text     COLLATE "C",
  since    bigint   NOT NULL,
  until    bigint   NOT NULL,
  PRIMARY KEY (name, since)
);
CREATE INDEX catalog_history_by_until ON catalog_history (until);

-- The tree; the company is the row whose parent is null.
CREATE TABLE groups (
  id            bigint   NOT NULL,                                      -- of `group_ids`
  parent        bigint,                                                 -- the group above, null for the company
  name          text     COLLATE "C" NOT NULL,                          -- unique among siblings; empty for the company
  kind          text     COLLATE "C",                                   -- distributor, dealer, site ..., or null
  restriction   smallint NOT NULL CHECK (restriction BETWEEN 0 AND 2),  -- 0 none, 1 reserved, 2 shared
  suspended     smallint NOT NULL CHECK (suspended BETWEEN 0 AND 1),    -- 1: blocked, with all groups below
  remind_before text     COLLATE "C",                                   -- days before a licence ends, such as '60 30 7', or null
  remind_repeat smallint CHECK (remind_repeat BETWEEN 0 AND 3),         -- 0 once, 1 daily, 2 weekly, 3 every 30 days, or null
  remind_users  smallint CHECK (remind_users BETWEEN 0 AND 1),          -- 1: also remind users whose access ends; null: no
                                                                        -- reminder
  remind_low    smallint CHECK (remind_low BETWEEN 1 AND 100),          -- the percentage of a limit to warn at, or null
  labels        text     COLLATE "C",                                   -- its labels, or null
  since         bigint   NOT NULL
);

CREATE TABLE groups_history (
  id            bigint   NOT NULL,
  parent        bigint,
  name          text     COLLATE "C" NOT NULL,
  kind          text     COLLATE "C",
  restriction   smallint NOT NULL,
  suspended     smallint NOT NULL,
  remind_before text     COLLATE "C",
  remind_repeat smallint,
  remind_users  smallint,
  remind_low    smallint,
  labels        text     COLLATE "C",
  since         bigint   NOT NULL,
  until         bigint   NOT NULL,
  PRIMARY KEY (id, since)
);
CREATE INDEX groups_history_by_until ON groups_history (until);
CREATE INDEX groups_history_by_name ON groups_history (parent, name);

-- The licences of groups; in force if the group is restricted.
CREATE TABLE licenses (
  group_id  bigint  NOT NULL,              -- the licensed group
  name      text    COLLATE "C" NOT NULL,  -- unique in its group
  type      text    COLLATE "C" NOT NULL,  -- plus, trial, basic ...
  counts    text    COLLATE "C" NOT NULL,  -- its count of each counted resource
  features  text    COLLATE "C" NOT NULL,  -- the features that it lists
  from_day  integer,                       -- its first day, or null
  until_day integer,                       -- its last day, or null
  labels    text    COLLATE "C",           -- its labels, or null
  since     bigint  NOT NULL
);

CREATE TABLE licenses_history (
  group_id  bigint  NOT NULL,
  name      text    COLLATE "C" NOT NULL,
  type      text    COLLATE "C" NOT NULL,
  counts    text    COLLATE "C" NOT NULL,
  features  text    COLLATE "C" NOT NULL,
  from_day  integer,
  until_day integer,
  labels    text    COLLATE "C",
  since     bigint  NOT NULL,
  until     bigint  NOT NULL,
  PRIMARY KEY (group_id, name, since)
);
CREATE INDEX licenses_history_by_until ON licenses_history (until);

-- The memberships of groups; a user is all memberships of one e-mail, which have the same spelling.
CREATE TABLE memberships (
  group_id         bigint   NOT NULL,                               -- the group that the user belongs to
  email            text     COLLATE "C" NOT NULL,                   -- as first written
  email_key        text     COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
  name             text     COLLATE "C" NOT NULL,                   -- the user's name as this group writes it, or empty
  role             smallint NOT NULL CHECK (role BETWEEN 0 AND 2),  -- 0 user, 1 concierge, 2 admin
  counts           text     COLLATE "C" NOT NULL,                   -- its count of each counted resource
  features         text     COLLATE "C",                            -- the features that it lists; null: all of the group
  from_day         integer,                                         -- its first day, or null
  until_day        integer,                                         -- its last day, or null
  labels           text     COLLATE "C",                            -- its labels, or null
  since            bigint   NOT NULL,
  renamed_from     text     COLLATE "C",                            -- the e-mail before `since`, if changed then; or null
  renamed_from_key text     COLLATE "C" GENERATED ALWAYS AS (lower(renamed_from)) STORED
);

CREATE TABLE memberships_history (
  group_id         bigint   NOT NULL,
  email            text     COLLATE "C" NOT NULL,
  email_key        text     COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
  name             text     COLLATE "C" NOT NULL,
  role             smallint NOT NULL,
  counts           text     COLLATE "C" NOT NULL,
  features         text     COLLATE "C",
  from_day         integer,
  until_day        integer,
  labels           text     COLLATE "C",
  since            bigint   NOT NULL,
  renamed_from     text     COLLATE "C",
  renamed_from_key text     COLLATE "C" GENERATED ALWAYS AS (lower(renamed_from)) STORED,
  until            bigint   NOT NULL,
  PRIMARY KEY (group_id, email_key, since)
);
CREATE INDEX memberships_history_by_until ON memberships_history (until);
CREATE INDEX memberships_history_by_email ON memberships_history (email_key);

-- The texts of mails that replace built-in templates.
CREATE TABLE templates (
  name    text   COLLATE "C" PRIMARY KEY,  -- a template of libcore/template/template.hpp
  subject text   COLLATE "C" NOT NULL,
  body    text   COLLATE "C" NOT NULL,     -- the plain text
  html    text   COLLATE "C",              -- the HTML part, or null
  since   bigint NOT NULL
);

CREATE TABLE templates_history (
  name    text   COLLATE "C" NOT NULL,
  subject text   COLLATE "C" NOT NULL,
  body    text   COLLATE "C" NOT NULL,
  html    text   COLLATE "C",
  since   bigint NOT NULL,
  until   bigint NOT NULL,
  PRIMARY KEY (name, since)
);
CREATE INDEX templates_history_by_until ON templates_history (until);

-- Figures stored for speed: `allot check` recomputes all of them from the tables above. They have no history: figures
-- that changed after a revision are computed from the row versions at that revision.
CREATE TABLE figures (
  group_id bigint PRIMARY KEY,  -- a group without a row has had only zeros since its creation
  children bigint NOT NULL,  -- the number of child groups
  members  bigint NOT NULL,  -- the number of memberships
  ceilings bigint NOT NULL,  -- the number of shared groups below that draw on or through it
  allotted bytea  NOT NULL,  -- the allotted counts over time: libcore/storage/usage_column.cpp
  since    bigint NOT NULL   -- the revision that wrote these figures
);

-- The log: one row per write.
CREATE TABLE log (
  revision     bigint   PRIMARY KEY,                            -- the revision of the write
  time         bigint   NOT NULL,                               -- the client's time in seconds since 1970-01-01 UTC
  login        text     COLLATE "C" NOT NULL,                   -- the account that ran the program
  actor        text     COLLATE "C",                            -- the e-mail of the actor; null: full rights
  actor_groups text     COLLATE "C" NOT NULL,                   -- the groups in which the actor was administrator or
                                                                -- concierge, such as '12 57'
  via          smallint NOT NULL CHECK (via BETWEEN 0 AND 3),   -- 0 command, 1 batch, 2 import, 3 shell
  command      bytea    NOT NULL,                               -- the command line, which may be invalid UTF-8
  message      text     COLLATE "C",                            -- the reason that the caller gave, or null
  changes      bigint   NOT NULL,                               -- the number of created, updated and removed rows of the
                                                                -- hierarchy
  created      bytea,                                           -- the ids of the created groups, as ranges:
                                                                -- libcore/storage/log_columns.cpp; or null
  write_key    bigint   UNIQUE                                  -- a random number by which a client that lost its
                                                                -- connection finds its entry; or null
);

-- The rows that a write created outside the groups that it created. The rows inside are found by their group, the
-- replaced and removed rows by `until`.
CREATE TABLE log_items (
  revision bigint   NOT NULL,                               -- of `log`
  what     smallint NOT NULL CHECK (what BETWEEN 1 AND 4),  -- 1 licence, 2 membership, 3 catalogue entry, 4 template
  group_id bigint   NOT NULL,                               -- the group of a licence or membership, else 0
  name     text     COLLATE "C" NOT NULL,                   -- the name, or the e-mail in lower case
  renamed_from text COLLATE "C",                            -- the name of a licence before, if it was renamed; or null
  PRIMARY KEY (revision, what, group_id, name)
);

-- The groups at or below which a write changed rows: without the company, which applies to every
-- write, and without the groups that the write created.
CREATE TABLE log_places (
  group_id bigint NOT NULL,  -- the group; possibly removed
  revision bigint NOT NULL REFERENCES log (revision) DEFERRABLE,
  PRIMARY KEY (group_id, revision)
);

-- The ledger of mails: a row is added before a mail is sent, with the mail, and updated with the delivery status.
CREATE TABLE mails (
  id            bigint   PRIMARY KEY,
  message_id    text     COLLATE "C" NOT NULL UNIQUE,              -- as in its header, the same for every attempt
  recipient     text     COLLATE "C" NOT NULL,                     -- the address
  recipient_key text     COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(recipient)) STORED,
  subject       text     COLLATE "C" NOT NULL,
  state         smallint NOT NULL CHECK (state BETWEEN 0 AND 4),   -- 0 begun, 1 delivered, 2 deferred, 3 refused,
                                                                   -- 4 withdrawn
  made          bigint   NOT NULL,                                 -- when it was created, in seconds since 1970-01-01 UTC
  tried         bigint   NOT NULL,                                 -- when its state last changed, likewise
  answer        text     COLLATE "C" NOT NULL,                     -- the last answer of the server
  mail          bytea                                              -- the composed mail while it may be sent again, or null
);
CREATE INDEX mails_open ON mails (state) WHERE state IN (0, 2);

-- The reminders in each mail: a slot is sent once to each recipient, unless its mail was deferred or withdrawn.
CREATE TABLE mail_slots (
  recipient     text    COLLATE "C" NOT NULL,                     -- the address of the mail
  recipient_key text    COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(recipient)) STORED,
  group_id      bigint  NOT NULL,                                 -- the group of the reminder; possibly removed
  license       text    COLLATE "C" NOT NULL,
  last_day      integer NOT NULL,                                 -- the last day of the licence
  first_day     integer NOT NULL,                                 -- the first day of the slot
  mail_id       bigint  NOT NULL REFERENCES mails (id) DEFERRABLE,
  path          text    COLLATE "C" NOT NULL,                     -- the path of the group at that time
  PRIMARY KEY (recipient_key, group_id, license, last_day, first_day, mail_id)
);
CREATE INDEX mail_slots_by_mail ON mail_slots (mail_id);
CREATE INDEX mail_slots_by_license ON mail_slots (group_id, license);

-- The warnings in each mail: a warning is sent once to each recipient until a run finds the resource above the
-- percentage, unless its mail was deferred or withdrawn.
CREATE TABLE mail_warnings (
  recipient     text     COLLATE "C" NOT NULL,                     -- the address of the mail
  recipient_key text     COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(recipient)) STORED,
  group_id      bigint   NOT NULL,                                 -- the group of the reminder; possibly removed
  item          text     COLLATE "C" NOT NULL,                     -- the counted resource
  mail_id       bigint   NOT NULL REFERENCES mails (id) DEFERRABLE,
  path          text     COLLATE "C" NOT NULL,                     -- the path of the group at that time
  ended         smallint NOT NULL CHECK (ended BETWEEN 0 AND 1),   -- 1: a run found the resource above the percentage
                                                                   -- since
  PRIMARY KEY (recipient_key, group_id, item, mail_id)
);
CREATE INDEX mail_warnings_by_mail ON mail_warnings (mail_id);
CREATE INDEX mail_warnings_open ON mail_warnings (group_id, item) WHERE ended = 0;
