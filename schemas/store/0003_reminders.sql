-- Version 3 of the store: reminders by mail. Texts that were set in place of the built-in ones, and the ledger of mails:
-- a row before a mail goes, with the mail as it goes, and what became of it after.
CREATE TABLE templates (
  name    TEXT PRIMARY KEY,  -- which one: libcore/letter/template.hpp
  subject TEXT NOT NULL,
  body    TEXT NOT NULL,     -- the plain text
  html    TEXT               -- the same as HTML, or null
) STRICT, WITHOUT ROWID;

CREATE TABLE mails (
  id         INTEGER PRIMARY KEY,
  message_id TEXT    NOT NULL UNIQUE,                        -- as in its header, kept however often it is sent
  recipient  TEXT    NOT NULL COLLATE NOCASE,                -- the address
  subject    TEXT    NOT NULL,
  state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), -- 0 begun, 1 delivered, 2 deferred, 3 refused, 4 withdrawn
  made       INTEGER NOT NULL,                               -- when it was begun, in seconds since 1970-01-01 UTC
  tried      INTEGER NOT NULL,                               -- when its state last changed, in the same seconds
  answer     TEXT    NOT NULL,                               -- what the server said last
  mail       BLOB                                            -- the finished mail while it may go again, else null
) STRICT;
CREATE INDEX mails_open ON mails (state) WHERE state IN (0, 2);

-- What each mail speaks of: a slot goes once to each recipient, unless its mail was deferred or withdrawn.
CREATE TABLE mail_slots (
  recipient TEXT    NOT NULL COLLATE NOCASE,         -- the address of its mail
  group_id  INTEGER NOT NULL,                        -- the group whose reminder it is; it may be gone
  license   TEXT    NOT NULL,
  last_day  INTEGER NOT NULL,                        -- the licence's last day
  first_day INTEGER NOT NULL,                        -- the slot's first day
  mail_id   INTEGER NOT NULL REFERENCES mails (id),
  path      TEXT    NOT NULL,                        -- the group's path when the mail was made
  PRIMARY KEY (recipient, group_id, license, last_day, first_day, mail_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_slots_by_mail ON mail_slots (mail_id);

-- The groups that remind, which are few.
CREATE INDEX groups_reminding ON groups (id) WHERE remind_before IS NOT NULL;
