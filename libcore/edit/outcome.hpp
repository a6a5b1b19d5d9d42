#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/model/change.hpp"
#include "libcore/model/effects.hpp"

namespace allot {

/// The number of items of each kind.
struct Counters {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
  std::int64_t catalog = 0;
  std::int64_t templates = 0;

  std::int64_t& of(What what);
  std::int64_t total() const { return groups + licenses + memberships + catalog + templates; }
};

/// A licence or membership that a renewal left, as it has another end.
struct LeftItem {
  What what = What::license;
  std::string path;  ///< of its group
  std::string name;  ///< of the licence, or the user's e-mail
  Day until;         ///< its own end, which may be open
};

/// A count that a write chose as the largest that is accepted.
struct GrantedCount {
  What what = What::license;  ///< a licence or a membership
  std::string path;           ///< its group
  std::string name;           ///< its name or e-mail
  std::string item;
  std::int64_t count = 0;
};

/// The result of a write, or of a dry run.
struct Outcome {
  std::int64_t revision = 0;  ///< the store's revision after the write
  bool is_dry_run = false;
  Counters created;
  Counters updated;
  Counters removed;
  Counters unchanged;
  std::vector<std::string> notes;  ///< additional effects of the write, one sentence each
  std::vector<Change> changes;     ///< the changes, or only the first of them
  bool has_all_changes = true;
  std::optional<std::vector<LeftItem>> left;  ///< what renewals left, in path order; nullopt if there was none
  std::vector<Effect> effects;        ///< what is blocked or no longer blocked in the groups that the actor sees
  std::vector<GrantedCount> granted;  ///< the counts that the write chose, in the order of its changes
  Catalogue catalogue;                ///< the catalogue after the write, to which the ids in `changes` refer

  Counters& counters_of(Op op);
  std::int64_t count_changes() const { return created.total() + updated.total() + removed.total(); }
  bool has_changes() const { return count_changes() > 0; }
};

}  // namespace allot
