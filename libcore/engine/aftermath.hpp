#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/engine/net_changes.hpp"
#include "libcore/engine/sight.hpp"

namespace allot {

/// How entries of the log left what is in sight, known from what is there and what later entries found: at the cost of
/// what is in sight and of the entries since. Entries are best asked for from the newest on.
class Aftermath {
 public:
  /// Of `store` as `sight` sees it; both must outlive it.
  Aftermath(Store& store, Sight& sight) : store_(store), sight_(sight), catalogue_(store.catalogue()) {}

  /// What the ids in changes mean: the catalogue of the store, and after it what entries name that is no more.
  Catalogue& catalogue() { return catalogue_; }

  /// Learns what the write at hand changed, which has no entry yet.
  void learn_write(std::string_view content) { learn(content, INT64_MAX); }

  /// Whether a thing is there as the entry left it, or is known from a later entry that changed it.
  enum class Source { there, found };
  using Visit = std::function<void(Change&&, Source)>;

  /// Calls `visit` for each thing in sight that `entry` made without telling of it, a group before what is in it and
  /// below it; `marked` are the ways in sight that it marks. Paths are those that the entry left.
  void for_each_untold(const StoredEntry& entry, const std::vector<std::vector<GroupId>>& marked, const Visit& visit);

  /// The rows of the groups from `/` down to one, as the entry left them; empty where the group was not there.
  std::vector<GroupId> way_to(std::int64_t revision, GroupId group);

 private:
  struct Found {
    std::int64_t revision = 0;
    ItemState state;
  };
  using Node = std::pair<GroupId, GroupState>;

  void look_at(std::int64_t revision);
  void read(std::int64_t revision);
  void read_all_at(GroupId group, std::int64_t after);
  void read_moved();
  void read_since(const StoredEntry& entry);
  void learn(std::string_view content, std::int64_t revision);
  void note(ThingKey key, std::int64_t revision, const ItemState& state);

  std::optional<GroupState> find(GroupId group);
  std::vector<GroupId> way_to(GroupId group);
  std::string path_to(GroupId group);
  void index_children();
  std::vector<Node> tops(const std::vector<std::vector<GroupId>>& marked);
  void add_children(GroupId parent, const std::string& path, std::vector<Node>& nodes);
  void visit_contents(const Node& node, const Visit& visit);
  void visit_found(What what, const Node& node, const Visit& visit);
  bool is_made(GroupId group) const { return group >= first_ && group < end_; }

  Store& store_;
  Sight& sight_;
  Catalogue catalogue_;
  std::int64_t revision_ = INT64_MAX;  // of the entry that is looked at
  GroupId first_ = 0;                  // of the groups that it made
  GroupId end_ = 0;
  std::set<std::int64_t> read_;                          // later entries
  std::map<ThingKey, Found> found_;                      // what things were before the first of them that changed them
  std::vector<std::pair<GroupId, std::int64_t>> moved_;  // groups, and entries that moved them, not yet followed
  std::multimap<GroupId, GroupId> children_;             // made by the entry and changed since, by what they were in
};

}  // namespace allot
