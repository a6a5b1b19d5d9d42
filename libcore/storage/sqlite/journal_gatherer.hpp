#pragma once

namespace allot {

/// Returns the name of an SQLite VFS, registered at the first call. It is the system's VFS except for rollback
/// journals: SQLite writes three small pieces for each page, and these are gathered until the journal is read or
/// synced. The guarantees of a sync are unchanged.
const char* journal_gatherer();

}  // namespace allot
