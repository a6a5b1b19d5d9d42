#include "libcore/engine/undo.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/replay.hpp"

namespace allot {
namespace {

constexpr std::size_t kBlockersNamed = 10;

/// A group's reminder alone is its own administrators'.
bool is_reminder_alone(const NetChange& change) {
  if (change.makes() || change.removes()) return false;
  auto before = std::get<GroupState>(change.before);
  const auto& after = std::get<GroupState>(change.after);
  before.traits.reminder = after.traits.reminder;
  return is_same_state(before, after);
}

const GroupState& group_before(const NetChange& change) { return std::get<GroupState>(change.before); }
const GroupState& group_after(const NetChange& change) { return std::get<GroupState>(change.after); }

}  // namespace

Undo::Undo(Write& write, std::int64_t revision)
    : write_(write), store_(write.store()), sight_(write.sight_), revision_(revision), catalogue_(write.catalogue()) {}

void Undo::run() {
  read();
  require_rights();
  require_unchanged();
  const GroupId top = find_top();
  const Chain before = *find_chain(store_, path_of(store_, top), sight_.scope());
  apply();
  judge(top, before);
}

void Undo::read() {
  Log log{store_, sight_};
  const auto entry = store_.find_entry(revision_);
  if (!entry || !log.sees(revision_)) throw log.no_such_entry(revision_);
  if (!log.is_all_in_sight(*entry)) {
    throw Error::denied(fmt::format("{} does not see everything that revision {} changed",
                                    quote(sight_.actor().value_or("")), revision_),
                        "an administrator above may undo it");
  }
  content_ = entry->content;
  net_ = net_of(read_content(content_, catalogue_).changes);
  if (entry->fresh) read_untold(*entry);
}

/// Adds the groups that the entry made without telling of them, as they are now; what changed them later is in the way.
void Undo::read_untold(const StoredEntry& entry) {
  for (const std::int64_t later : store_.entries_in(*entry.fresh, entry.next_group, revision_)) {
    blockers_.insert(later);
  }
  if (!blockers_.empty()) return;
  for (GroupId id = *entry.fresh; id < entry.next_group; ++id) {
    const auto group = store_.find_group(id);
    if (!group) {
      block_by(id);
      continue;
    }
    const std::string path = path_of(store_, id).to_string();
    std::vector<GroupId> way = way_to(store_, id);
    for (const License& license : store_.licenses_of(id)) {
      net_.try_emplace({What::license, id, license.name}, NetChange{path, way, {}, license});
    }
    store_.for_each_member(id, [&](const MembershipView& member) {
      net_.try_emplace({What::membership, id, fold_ascii(member.email)}, NetChange{path, way, {}, member.copy()});
    });
    net_.try_emplace({What::group, id, {}},
                     NetChange{path, std::move(way), {}, GroupState{path, group->traits, group->parent}});
  }
}

/// The group above one that is there or that comes back.
GroupId Undo::parent_of(GroupId group) {
  if (const auto row = store_.find_group(group)) return row->parent;
  const auto change = net_.find({What::group, group, {}});
  return change == net_.end() || change->second.makes() ? 0 : group_before(change->second).parent;
}

/// The power in the lowest group of `way` that is there.
Power Undo::power_in(const std::vector<GroupId>& way) {
  for (std::size_t i = way.size(); i-- > 0;) {
    if (store_.find_group(way[i])) return sight_.power_in(way[i]);
  }
  return Power::none;
}

/// Whether a thing's group left the actor's sight since, be it elsewhere or no more, which is the same to the actor.
bool Undo::is_out_of_sight(const ThingKey& key) {
  if (key.what == What::catalog || sight_.sees_everything()) return false;
  if (store_.find_group(key.group)) return sight_.power_in(key.group) == Power::none;
  const auto change = net_.find({What::group, key.group, {}});
  return change == net_.end() || !change->second.removes();
}

void Undo::require_rights() {
  if (!sight_.is_company()) {
    for (const auto& [key, change] : net_) require_right(key, change);
  }
  permit_ = Permit{};
}

void Undo::require_right(const ThingKey& key, const NetChange& change) {
  if (key.what == What::catalog) {
    sight_.permit_company("change the catalogue");
    return;
  }
  if (is_out_of_sight(key)) return;  // the later entries are named instead
  const bool is_restored = key.what == What::group && change.removes();
  const bool is_inside = key.what == What::membership || (key.what == What::group && is_reminder_alone(change));
  const Right right = is_inside || is_restored ? Right::inside : Right::group;
  std::vector<GroupId> way = store_.find_group(key.group) ? way_to(store_, key.group) : change.way;
  const bool is_above = is_restored || right == Right::group;
  if (is_above && way.size() > 1) way.pop_back();
  const bool may = power_in(way) == Power::administer;
  const bool moves = key.what == What::group && !change.makes() && !change.removes() &&
                     group_before(change).parent != group_after(change).parent;
  if (!may || (moves && power_in({group_before(change).parent}) != Power::administer)) {
    throw sight_.denied(key.what == What::group && !change.removes() ? group_after(change).path : change.path, right);
  }
}

bool Undo::is_there(GroupId group) {
  if (store_.find_group(group)) return true;
  const auto change = net_.find({What::group, group, {}});
  return change != net_.end() && change->second.removes();
}

/// Finds every later entry that stands in the way, and throws where there is one.
void Undo::require_unchanged() {
  const auto company = net_.find({What::group, kRootGroup, {}});
  if (company != net_.end() && company->second.makes()) {
    throw Error::in_use(fmt::format("revision {} made the store and cannot be undone", revision_));
  }
  for (const auto& [key, change] : net_) {
    if (is_out_of_sight(key)) {
      block_by(key.group);
      continue;
    }
    if (!is_same_state(state_now(store_, key), change.after)) find_blockers(key);
    if (key.what == What::group) require_room(key, change);
    if (key.what == What::catalog && !change.makes() && !change.removes()) {
      throw Error::in_use(
          fmt::format("revision {} cannot be undone: it made another kind of entry of {}", revision_, quote(key.name)),
          "take back by hand what uses it, then remove and add it");
    }
    if (key.what == What::group && change.makes()) require_alone(key.group);
    const bool is_content = key.what == What::license || key.what == What::membership;
    if (is_content && !change.makes() && !is_there(key.group)) block_by(key.group);
  }
  for (const CountedResource& entry : catalogue_.counted()) {
    const ThingKey key{What::catalog, 0, entry.name};
    if (!store_.catalogue().find_counted(entry.name) && !net_.contains(key)) find_blockers(key);
  }
  for (const std::string& name : catalogue_.features()) {
    const ThingKey key{What::catalog, 0, name};
    if (!store_.catalogue().find_feature(name) && !net_.contains(key)) find_blockers(key);
  }
  if (!blockers_.empty() || is_blocked_by_write_) throw blocked();
}

/// Finds the later entries that changed a thing.
void Undo::find_blockers(const ThingKey& key) {
  const bool is_of_catalogue = key.what == What::catalog;
  const auto later = is_of_catalogue ? later_revisions() : store_.entries_at(key.group, revision_);
  const std::size_t known = blockers_.size();
  for (const std::int64_t revision : later) {
    Catalogue catalogue = catalogue_;
    const EntryContent content = read_content(store_.find_entry(revision)->content, catalogue);
    const bool has_key = std::any_of(content.changes.begin(), content.changes.end(), [&](const Change& change) {
      const auto keys = keys_of(change);
      return std::find(keys.begin(), keys.end(), key) != keys.end();
    });
    if (has_key) blockers_.insert(revision);
  }
  if (blockers_.size() > known) return;
  blockers_.insert(later.begin(), later.end());
  is_blocked_by_write_ = is_blocked_by_write_ || later.empty();
}

void Undo::block_by(GroupId group) {
  const auto later = store_.entries_at(group, revision_);
  blockers_.insert(later.begin(), later.end());
  is_blocked_by_write_ = is_blocked_by_write_ || later.empty();
}

/// Finds the later entries that made something use an entry of the catalogue.
void Undo::block_by_uses(const std::string& name) {
  is_blocked_by_write_ = true;
  for (const std::int64_t revision : later_revisions()) {
    if (store_.find_entry(revision)->content.find(name) == std::string::npos) continue;
    blockers_.insert(revision);
    is_blocked_by_write_ = false;
  }
}

std::vector<std::int64_t> Undo::later_revisions() {
  std::vector<std::int64_t> later;
  store_.for_each_entry([&](StoredEntry&& entry) {
    if (entry.revision > revision_) later.push_back(entry.revision);
    return entry.revision > revision_;
  });
  return later;
}

/// Requires that the place to which a group goes back is there and free.
void Undo::require_room(const ThingKey& key, const NetChange& change) {
  if (change.makes()) return;
  const GroupState& before = group_before(change);
  if (before.parent == 0) return;
  if (!is_there(before.parent)) return block_by(before.parent);
  const auto taken = store_.find_group(before.parent, name_in(before.path));
  if (!taken || taken->id == key.group) return;
  const auto other = net_.find({What::group, taken->id, {}});
  const bool goes_away =
      other != net_.end() && (other->second.makes() || !is_same_state(other->second.before, other->second.after));
  if (!goes_away) block_by(taken->id);
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
  if (!is_alone) block_by(group);
}

Error Undo::blocked() {
  Log log{store_, sight_};
  std::vector<std::string> named;
  std::size_t more = 0;
  bool has_hidden = false;
  for (auto later = blockers_.rbegin(); later != blockers_.rend(); ++later) {
    if (!log.sees(*later)) {
      has_hidden = true;
    } else if (named.size() < kBlockersNamed) {
      named.push_back(std::to_string(*later));
    } else {
      ++more;
    }
  }
  std::string list = fmt::format("{}", fmt::join(named, ", "));
  if (more > 0) list += fmt::format(" and {} more", more);
  if (has_hidden && list.empty()) list = "changes above";  // of others nothing is told, not even that they are
  if (list.empty()) list = "what this write did before";
  return Error::in_use(
      fmt::format("revision {} cannot be undone: what it changed was changed later, by {}", revision_, list),
      "undo those first, the newest first");
}

}  // namespace allot
