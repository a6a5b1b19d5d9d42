#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/model/change.hpp"

namespace allot {

/// How many things of each kind.
struct Counters {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
  std::int64_t catalog = 0;
  std::int64_t templates = 0;

  std::int64_t& of(What what);
  std::int64_t total() const { return groups + licenses + memberships + catalog + templates; }
};

/// What a write did, or would do in a dry run.
struct Outcome {
  std::int64_t revision = 0;  ///< of the store, after the write
  bool is_dry_run = false;
  Counters created;
  Counters updated;
  Counters removed;
  Counters unchanged;
  std::vector<std::string> notes;  ///< what the write did beside what was asked, one sentence each
  std::vector<Change> changes;     ///< the changes, or the first of them
  bool has_all_changes = true;
  Catalogue catalogue;  ///< after the write: what the ids in the changes mean

  bool has_changes() const { return created.total() + updated.total() + removed.total() > 0; }
};

}  // namespace allot
