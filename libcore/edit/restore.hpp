#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "libcore/access/engine.hpp"
#include "libcore/base/progress.hpp"

namespace allot {

/// The parameters of a restore.
struct RestoreOptions {
  std::string location;  ///< the URL of the database
  std::string file;      ///< the SQLite store, such as back_up writes
  std::chrono::milliseconds wait;
  Day today;
  std::optional<std::string> actor;
  std::optional<std::int64_t> if_revision;  ///< the revision of the newest entry in the database; 0 without a store
  DryRun dry_run = DryRun::no;
};

/// Fills a database on a server, which has no store or an empty one, from an SQLite store with its history and ledger,
/// and returns its revision; a dry run does the same and saves nothing. Throws usage if the location is not a server,
/// exists if the store there is not empty, invalid_input if the file is not a usable store, changed, denied and store.
std::int64_t restore_store(const RestoreOptions& options, const ReportProgress& report = {});

}  // namespace allot
