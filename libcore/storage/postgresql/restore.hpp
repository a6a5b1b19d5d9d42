#pragma once

#include <cstdint>

#include "libcore/storage/server_location.hpp"

namespace allot {

/// Fills a database from a store in an SQLite file, with its history and ledger, in one transaction, and returns its
/// revision; a dry run does the same and rolls back. Creates the schema if there is none. Throws exists if the database
/// has a store that is not empty, invalid_input if the file cannot be used, and store.
std::int64_t restore_on_server(const ServerRestore& wanted, const ReportProgress& report);

}  // namespace allot
