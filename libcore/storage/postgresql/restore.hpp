#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "libcore/base/progress.hpp"

namespace allot {

/// Fills the database at `location` from a store in an SQLite file, with its history and ledger, and returns its
/// revision; a dry run only checks whether that is possible. Creates the schema if there is none. Throws exists if the
/// database has a store that is not empty, and store.
std::int64_t restore_on_server(const std::string& location, std::chrono::milliseconds wait, const std::string& file,
                               bool is_dry_run, const ReportProgress& report);

}  // namespace allot
