#pragma once

namespace allot {

/// The name of a file system for SQLite, registered at the first call, which is the system's own but for rollback
/// journals: SQLite writes three small pieces for each page, and these are gathered until the journal is read or
/// synced. What is promised to be on the disk after a sync is there all the same.
const char* journal_gatherer();

}  // namespace allot
