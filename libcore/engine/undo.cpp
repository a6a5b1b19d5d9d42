#include "libcore/engine/undo.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/replay.hpp"

namespace allot {
namespace {

/// A group's reminder alone is its own administrators'.
bool is_reminder_alone(const NetChange& change) {
  if (change.makes() || change.removes()) return false;
  auto before = std::get<GroupState>(change.before);
  const auto& after = std::get<GroupState>(change.after);
  before.traits.reminder = after.traits.reminder;
  return is_same_state(before, after);
}

}  // namespace

Undo::Undo(Write& write, std::int64_t revision)
    : write_(write),
      store_(write.store()),
      sight_(write.sight_),
      log_(store_, sight_),
      revision_(revision),
      catalogue_(write.catalogue()) {}

void Undo::run() {
  read();
  require_rights();
  require_unchanged();
  std::map<GroupId, Chain> before;
  for (const GroupId top : find_tops()) {
    before.emplace(top, get_chain(store_, path_of(store_, top), sight_.scope()));
  }
  apply();
  judge(before);
}

void Undo::read() {
  const auto entry = store_.find_entry(revision_);
  if (!entry || !log_.sees(revision_)) throw log_.no_such_entry(revision_);
  content_ = log_.lines_in_sight(entry->content);
  const EntryContent content = read_content(content_, catalogue_);
  net_ = net_of(content.changes);
  if (entry->fresh) read_untold(*entry, content.marked);
  if (content_.empty() && net_.empty()) throw log_.no_such_entry(revision_);
}

/// Adds the groups that the entry made in sight without telling of them, and what it made in them.
void Undo::read_untold(const StoredEntry& entry, const std::vector<std::vector<GroupId>>& marked) {
  Aftermath aftermath{store_, sight_};
  aftermath.learn_write(write_.entry_.content());
  std::string found;
  aftermath.for_each_untold(entry, marked, [&](Change&& change, Aftermath::Source source) {
    if (source == Aftermath::Source::found) return append_change(change, aftermath.catalogue(), found);
    ThingKey key = keys_of(change)[0];
    net_.try_emplace(std::move(key), NetChange{{}, change.way, {}, std::move(change.after)});
  });
  net_.merge(net_of(read_content(found, catalogue_).changes));
  content_ += found;
}

/// The group above one that is there or that comes back; 0 where there is none.
GroupId Undo::parent_of(GroupId group) {
  if (const auto row = store_.find_group(group)) return row->parent;
  const auto change = net_.find({What::group, group, {}});
  return change == net_.end() || change->second.makes() ? 0 : group_before(change->second).parent;
}

/// The power in a group or, where it comes back, in the nearest one above that is there.
Power Undo::power_at(GroupId group) {
  while (group != 0 && !store_.find_group(group)) group = parent_of(group);
  return group == 0 ? Power::none : sight_.power_in(group);
}

/// The path of a group that is there or comes back.
std::string Undo::path_there(GroupId group) {
  if (store_.find_group(group)) return path_of(store_, group).to_string();
  const auto change = net_.find({What::group, group, {}});
  if (change == net_.end() || !change->second.removes()) return std::string{kAbove};
  const std::string above = path_there(group_before(change->second).parent);
  return (above == "/" ? above : above + '/') + name_in(group_before(change->second).path);
}

/// The group that left the actor's sight since, if `group` is there no more for that, be it elsewhere or no more, which
/// is the same to the actor.
std::optional<GroupId> Undo::find_lost(GroupId group) {
  if (sight_.sees_everything()) return std::nullopt;
  while (!store_.find_group(group)) {
    const auto change = net_.find({What::group, group, {}});
    if (change == net_.end() || !change->second.removes()) return group;
    group = group_before(change->second).parent;
  }
  return sight_.power_in(group) == Power::none ? std::optional{group} : std::nullopt;
}

void Undo::require_rights() {
  if (!sight_.is_company()) {
    for (const auto& [key, change] : net_) require_right(key, change);
  }
  permit_ = Permit{};
}

void Undo::require_right(const ThingKey& key, const NetChange& change) {
  if (!is_of_group(key.what)) {
    sight_.permit_company(key.what == What::catalog ? "change the catalogue" : "change templates");
    return;
  }
  const bool moves = key.what == What::group && !change.makes() && !change.removes() &&
                     group_before(change).parent != group_after(change).parent;
  if (find_lost(key.group)) {  // the later entries are named instead
    if (!moves || log_.is_in_sight(change.way)) return;
    throw Error::denied(fmt::format("{} may not move back what revision {} moved out of its sight",
                                    quote(sight_.actor().value_or("")), revision_),
                        "an administrator of a group above it may");
  }
  const bool is_restored = key.what == What::group && change.removes();
  const bool is_inside = key.what == What::membership || (key.what == What::group && is_reminder_alone(change));
  const Right right = is_inside || is_restored ? Right::inside : Right::group;
  const GroupId above = parent_of(key.group);
  const GroupId holder = (is_restored || right == Right::group) && above != 0 ? above : key.group;
  if (power_at(holder) != Power::administer || (moves && power_at(group_before(change).parent) != Power::administer)) {
    throw sight_.denied(path_there(key.group), right);
  }
}

bool Undo::is_there(GroupId group) {
  if (store_.find_group(group)) return true;
  const auto change = net_.find({What::group, group, {}});
  return change != net_.end() && change->second.removes();
}

/// Finds all that stands in the way, and throws where there is anything.
void Undo::require_unchanged() {
  const auto company = net_.find({What::group, kRootGroup, {}});
  if (company != net_.end() && company->second.makes()) {
    throw Error::in_use(fmt::format("revision {} made the store and cannot be undone", revision_));
  }
  for (const auto& [key, change] : net_) require_as_left(key, change);
  require_catalogue();
  if (!blockers_.empty() || is_blocked_above_ || is_blocked_by_write_) throw blocked();
}

/// Requires that a thing is as the entry left it and can be again what it was.
void Undo::require_as_left(const ThingKey& key, const NetChange& change) {
  if (is_of_group(key.what)) {
    if (const auto lost = find_lost(key.group)) return block_by_all(*lost);
  }
  if (!is_same_state(state_now(store_, key), change.after)) block_by_changes(key);
  if (key.what == What::group) require_room(key, change);
  if (key.what == What::catalog && !change.makes() && !change.removes()) {
    throw Error::in_use(
        fmt::format("revision {} cannot be undone: it made another kind of entry of {}", revision_, quote(key.name)),
        "take back by hand what uses it, then remove and add it");
  }
  if (key.what == What::group && change.makes()) require_alone(key.group);
  const bool is_content = key.what == What::license || key.what == What::membership;
  if (is_content && !change.makes() && !is_there(key.group)) block_by_all(key.group);
}

/// Requires that the catalogue has what comes back names, or that it comes back too.
void Undo::require_catalogue() {
  for (const CountedResource& entry : catalogue_.counted()) {
    const bool comes = net_.contains({What::catalog, 0, entry.name});
    if (!comes && !store_.catalogue().find_counted(entry.name)) block_by_catalogue(entry.name);
  }
  for (const std::string& name : catalogue_.features()) {
    const bool comes = net_.contains({What::catalog, 0, name});
    if (!comes && !store_.catalogue().find_feature(name)) block_by_catalogue(name);
  }
}

/// Whether a group would be at or below another one, or below itself, when everything is as it was.
bool Undo::would_hang_below(GroupId group, GroupId top) {
  std::set<GroupId> passed;
  while (group != 0 && group != top && passed.insert(group).second) {
    const auto change = net_.find({What::group, group, {}});
    const bool goes_back = change != net_.end() && !change->second.makes();
    group = goes_back ? group_before(change->second).parent : parent_of(group);
  }
  return group != 0;
}

/// Requires that the place to which a group goes back is there and free.
void Undo::require_room(const ThingKey& key, const NetChange& change) {
  if (change.makes()) return;
  const GroupState& before = group_before(change);
  if (before.parent == 0) return;
  if (!is_there(before.parent)) return block_by_all(before.parent);
  if (would_hang_below(before.parent, key.group)) return block_by_all(before.parent);
  const auto taken = store_.find_group(before.parent, name_in(before.path));
  if (!taken || taken->id == key.group) return;
  const auto other = net_.find({What::group, taken->id, {}});
  const bool goes_away =
      other != net_.end() && (other->second.makes() || !is_same_state(other->second.before, other->second.after));
  if (!goes_away) block_by_all(taken->id);
}

/// Requires that a group which the entry made holds nothing that came later.
void Undo::require_alone(GroupId group) {
  bool is_alone = true;
  const auto goes = [&](const ThingKey& key) {
    const auto change = net_.find(key);
    return change != net_.end() && (change->second.makes() || key.what == What::group);
  };
  for (const License& license : store_.licenses_of(group)) {
    is_alone = is_alone && goes({What::license, group, license.name});
  }
  store_.for_each_member(group, [&](const MembershipView& member) {
    is_alone = is_alone && goes({What::membership, group, fold_ascii(member.email)});
  });
  store_.for_each_child(group, [&](StoredGroup&& child) { is_alone = is_alone && goes({What::group, child.id, {}}); });
  if (!is_alone) block_by_all(group);
}

}  // namespace allot
