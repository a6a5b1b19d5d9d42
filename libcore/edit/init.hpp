#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/edit/licenses.hpp"

namespace allot {

/// The parameters of a new store.
struct NewStore {
  std::string path;
  std::optional<LicenseChange> license;  ///< created as `main` in `/`, which becomes reserved
  Day today;
  std::optional<std::string> actor;
  Origin origin{};
  std::optional<std::int64_t> if_revision{};  ///< the revision of the newest entry; 0 if there is no store
  IfExists if_exists = IfExists::fail;
  DryRun dry_run = DryRun::no;
};

/// Creates a store. Throws exists, changed, store, denied, or refused if the licence breaks a rule; a dry run leaves no
/// files.
Outcome init_store(const NewStore& wanted);

}  // namespace allot
