#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/engine/log.hpp"
#include "libcore/engine/net_changes.hpp"
#include "libcore/engine/write.hpp"

namespace allot {

/// Takes back what one entry of the log changed, as a part of a write: under the actor's rights and today's rules, and
/// only where everything is still as the entry left it; allot-log(1), Undo.
class Undo {
 public:
  Undo(Write& write, std::int64_t revision);

  /// Throws not_found, denied, in_use with the later entries that stand in the way, or refused.
  void run();

 private:
  void read();
  void read_untold(const StoredEntry& entry);
  void require_rights();
  void require_right(const ThingKey& key, const NetChange& change);
  Power power_in(const std::vector<GroupId>& way);
  bool is_out_of_sight(const ThingKey& key);
  GroupId parent_of(GroupId group);

  void require_unchanged();
  void find_blockers(const ThingKey& key);
  std::vector<std::int64_t> later_revisions();
  void block_by(GroupId group);
  void block_by_uses(const std::string& name);
  void require_room(const ThingKey& key, const NetChange& change);
  void require_alone(GroupId group);
  bool is_there(GroupId group);
  Error blocked();

  GroupId find_top();
  void apply();
  void restore_catalogue();
  void record_removals();
  void record_others();
  void apply_groups();
  void apply_contents();
  void judge(GroupId top, const Chain& before);
  static std::string name_of(const ThingKey& key, const ItemState& state);

  Write& write_;
  Store& store_;
  Sight& sight_;
  std::int64_t revision_;
  std::optional<Permit> permit_;  // once it was asked for everything
  std::string content_;
  Catalogue catalogue_;  // with what the entry names and is no more
  NetChanges net_;
  std::set<std::int64_t> blockers_;
  bool is_blocked_by_write_ = false;  // by what the write did before the undo
};

}  // namespace allot
