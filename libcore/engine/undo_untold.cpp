#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/undo.hpp"

namespace allot {
namespace {

/// The groups that an entry made without telling of them, and what is in them, as later entries found them.
class Untold {
 public:
  Untold(Store& store, const StoredEntry& entry) : store_(store), first_(*entry.fresh), end_(entry.next_group) {
    catalogue_ = store.catalogue();
    std::vector<std::int64_t> later = store.entries_in(first_, end_, entry.revision);
    std::sort(later.begin(), later.end());
    for (const std::int64_t revision : later) {
      for (const Change& change : read_content(store.find_entry(revision)->content, catalogue_).changes) learn(change);
    }
  }

  /// Whether one who saw groups being made below `parents` saw that one being made too.
  bool is_made_below(GroupId group, const std::set<GroupId>& parents) {
    while (has(group)) {
      const auto found = found_.find({What::group, group, {}});
      if (found != found_.end()) {
        group = std::get<GroupState>(found->second).parent;
      } else if (const auto row = store_.find_group(group)) {
        group = row->parent;
      } else {
        return true;  // removed by the write at hand, which acts in sight alone
      }
    }
    return parents.contains(group);
  }

  /// Adds to `content` that the entry made what a later one found in a group, or the group itself.
  void tell_found(GroupId group, std::string& content) const {
    for (const What what : {What::group, What::license, What::membership}) {
      for (auto each = found_.lower_bound({what, group, {}});
           each != found_.end() && each->first.what == what && each->first.group == group; ++each) {
        if (std::holds_alternative<std::monostate>(each->second)) continue;
        append_change({Op::create, what, {}, each->first.name, {}, each->second, {group}}, catalogue_, content);
      }
    }
  }

  /// Whether a later entry was the first to make something, or found it.
  bool is_known(const ThingKey& key) const { return found_.contains(key); }

 private:
  bool has(GroupId group) const { return group >= first_ && group < end_; }

  void learn(const Change& change) {
    if (!has(group_of(change))) return;
    const std::vector<ThingKey> keys = keys_of(change);
    found_.try_emplace(keys[0], change.before);
    if (keys.size() > 1) found_.try_emplace(keys[1]);
  }

  Store& store_;
  GroupId first_;
  GroupId end_;
  Catalogue catalogue_;                  // with all that later entries name
  std::map<ThingKey, ItemState> found_;  // what things were before the first later entry that changed them
};

}  // namespace

/// Adds the groups that the entry made in sight without telling of them, and what it made in them.
void Undo::read_untold(const StoredEntry& entry, const std::vector<std::vector<GroupId>>& marked) {
  Untold untold{store_, entry};
  std::set<GroupId> parents;
  for (const auto& way : marked) parents.insert(way.back());
  const auto add = [&](ThingKey key, ItemState state) {
    if (untold.is_known(key)) return;
    const GroupId group = key.group;
    net_.try_emplace(std::move(key), NetChange{{}, {group}, {}, std::move(state)});
  };
  std::string found;
  for (GroupId id = *entry.fresh; id < entry.next_group; ++id) {
    if (!untold.is_made_below(id, parents)) continue;
    untold.tell_found(id, found);
    const auto group = store_.find_group(id);
    if (!group) {
      if (!untold.is_known({What::group, id, {}})) is_blocked_by_write_ = true;
      continue;
    }
    for (License& license : store_.licenses_of(id)) {
      std::string name = license.name;
      add({What::license, id, std::move(name)}, std::move(license));
    }
    store_.for_each_member(id, [&](const MembershipView& member) {
      add({What::membership, id, fold_ascii(member.email)}, member.copy());
    });
    add({What::group, id, {}}, GroupState{path_of(store_, id).to_string(), group->traits, group->parent});
  }
  net_.merge(net_of(read_content(found, catalogue_).changes));
  content_ += found;
}

}  // namespace allot
