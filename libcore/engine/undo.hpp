#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/engine/log.hpp"
#include "libcore/engine/net_changes.hpp"
#include "libcore/engine/write.hpp"
#include "libcore/model/verdict.hpp"

namespace allot {

/// Takes back what one entry of the log changed in the actor's sight, as a part of a write: under the actor's rights
/// and today's rules, and only where all of that is still as the entry left it; allot-log(1), Undo.
class Undo {
 public:
  Undo(Write& write, std::int64_t revision);

  /// Throws not_found, denied, in_use with the later entries that stand in the way, or refused.
  void run();

 private:
  void read();
  void read_untold(const StoredEntry& entry, const std::vector<std::vector<GroupId>>& marked);

  void require_rights();
  void require_right(const ThingKey& key, const NetChange& change);
  Power power_at(GroupId group);
  std::optional<GroupId> find_lost(GroupId group);
  GroupId parent_of(GroupId group);
  std::string path_there(GroupId group);

  void require_unchanged();
  void require_as_left(const ThingKey& key, const NetChange& change);
  void require_catalogue();
  void require_room(const ThingKey& key, const NetChange& change);
  void require_alone(GroupId group);
  bool is_there(GroupId group);
  bool would_hang_below(GroupId group, GroupId top);

  using Test = std::function<bool(const Change&)>;
  bool shows(std::int64_t revision, GroupId group, const Test& test);
  void block_by(std::int64_t revision, GroupId group, const Test& test);
  void block_by_all(GroupId group);
  void block_by_changes(const ThingKey& key);
  void block_by_catalogue(const std::string& name);
  void block_by_uses(const std::string& name);
  std::vector<std::int64_t> later_revisions();
  Error blocked();

  std::vector<GroupId> find_tops();
  void apply();
  void restore_catalogue();
  void apply_groups();
  void apply_contents();
  std::vector<std::string> entries_made() const;
  void remove_from_catalogue(const std::vector<std::string>& names);
  void record();
  void judge(const std::map<GroupId, Chain>& before);
  struct Taken {
    Path top;
    Tally all;   // by it and all below it
    Tally more;  // than before
  };
  Taken judge_top(GroupId top, const Chain& before, Verdict& verdict);
  void pass_on(const Taken& taken, int times, Verdict& verdict);

  Write& write_;
  Store& store_;
  Sight& sight_;
  Log log_;
  std::int64_t revision_;
  std::optional<Permit> permit_;  // once it was asked for everything
  std::string content_;           // the lines that tell of what is in sight
  Catalogue catalogue_;           // with what the entry names and is no more
  NetChanges net_;
  std::set<std::int64_t> blockers_;
  bool is_blocked_above_ = false;     // by what the actor does not see
  bool is_blocked_by_write_ = false;  // by what the write did before the undo
};

}  // namespace allot
