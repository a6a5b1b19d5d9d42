#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/replay.hpp"
#include "libcore/engine/undo.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {
namespace {

/// The beginning that two ways have in common.
std::vector<GroupId> common_way(const std::vector<GroupId>& a, const std::vector<GroupId>& b) {
  const auto [end, unused] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return {a.begin(), end};
}

const GroupState& group_before(const NetChange& change) { return std::get<GroupState>(change.before); }
const GroupState& group_after(const NetChange& change) { return std::get<GroupState>(change.after); }

/// A name that no group has, for the time in which several change theirs.
std::string passing_name(GroupId group) { return '\x01' + std::to_string(group); }

std::size_t depth_in(const std::string& path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

}  // namespace

/// The lowest group that has everything below it that the rules must look at: it is there before and after.
GroupId Undo::find_top() {
  std::optional<std::vector<GroupId>> way;
  const auto include = [&](GroupId group) {
    while (group != 0 && !store_.find_group(group)) group = parent_of(group);
    const std::vector<GroupId> each = way_to(store_, group == 0 ? kRootGroup : group);
    way = way ? common_way(*way, each) : each;
  };
  const auto comes_or_goes = [&](GroupId group) {
    const auto change = net_.find({What::group, group, {}});
    return change != net_.end() && (change->second.makes() || change->second.removes());
  };
  for (const auto& [key, change] : net_) {
    // What hangs below a group that comes or goes is looked at with that group.
    const bool is_group = key.what == What::group;
    const GroupId holder = !is_group          ? key.group
                           : change.makes()   ? group_after(change).parent
                           : change.removes() ? group_before(change).parent
                                              : 0;
    if (key.what == What::catalog || comes_or_goes(holder)) continue;
    if (key.what != What::group) {
      include(key.group);
    } else if (change.makes()) {
      include(group_after(change).parent);
    } else if (change.removes()) {
      include(group_before(change).parent);
    } else {
      const bool moves = group_before(change).parent != group_after(change).parent;
      include(moves ? group_after(change).parent : key.group);
      if (moves) include(group_before(change).parent);
    }
  }
  if (!way) return kRootGroup;
  // A group that goes away cannot be the top.
  while (way->size() > 1) {
    const auto change = net_.find({What::group, way->back(), {}});
    if (change == net_.end() || !change->second.makes()) break;
    way->pop_back();
  }
  return way->back();
}

void Undo::apply() {
  restore_catalogue();
  record_removals();
  for (const auto& [key, change] : net_) {
    if (!change.makes()) continue;
    if (key.what == What::license) store_.remove_license(key.group, key.name);
    if (key.what == What::membership) store_.remove_membership(key.group, key.name);
  }
  apply_groups();
  apply_contents();
  record_others();
  for (const auto& [key, change] : net_) {
    if (key.what != What::catalog || !change.makes()) continue;
    if (store_.find_use(key.name)) block_by_uses(key.name);
    if (!blockers_.empty() || is_blocked_by_write_) throw blocked();
    store_.remove_entry(key.name);
  }
}

/// Puts entries of the catalogue back and reads anew what else the entry tells, as their ids are others now.
void Undo::restore_catalogue() {
  bool is_restored = false;
  for (const auto& [key, change] : net_) {
    if (key.what != What::catalog || change.makes()) continue;
    restore_entry(store_, key.name, std::get<EntryState>(change.before));
    is_restored = true;
  }
  if (!is_restored) return;
  catalogue_ = store_.catalogue();
  for (auto& [key, change] : net_of(read_content(content_, catalogue_).changes)) net_[key] = change;
}

/// Records what goes away: what is in a group before the group, a group before the one above it.
void Undo::record_removals() {
  const auto record = [&](const ThingKey& key, const NetChange& change) {
    write_.record(*permit_, Op::remove, key.what, key.group, [&] {
      const auto* group = std::get_if<GroupState>(&change.after);
      return Change{Op::remove,   key.what, group != nullptr ? group->path : change.path, name_of(key, change.after),
                    change.after, {}};
    });
  };
  std::vector<const NetChanges::value_type*> groups;
  for (const auto& entry : net_) {
    if (!entry.second.makes()) continue;
    if (entry.first.what == What::group) {
      groups.push_back(&entry);
    } else {
      record(entry.first, entry.second);
    }
  }
  std::sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) {
    return depth_in(group_after(a->second).path) > depth_in(group_after(b->second).path);
  });
  for (const auto* entry : groups) record(entry->first, entry->second);
}

/// Records what comes back or is as it was: the catalogue, groups from above, what is in them.
void Undo::record_others() {
  std::vector<const NetChanges::value_type*> entries;
  for (const auto& entry : net_) {
    if (!entry.second.makes()) entries.push_back(&entry);
  }
  const auto rank = [](const NetChanges::value_type* entry) {
    const What what = entry->first.what;
    if (what == What::catalog) return std::size_t{0};
    return what == What::group ? 1 + depth_in(group_before(entry->second).path) : SIZE_MAX;
  };
  std::stable_sort(entries.begin(), entries.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  for (const auto* entry : entries) {
    const ThingKey& key = entry->first;
    const NetChange& change = entry->second;
    const Op op = change.removes() ? Op::create : Op::update;
    if (key.what == What::group && op == Op::create) write_.entry_.know(key.group, group_before(change).parent);
    write_.record(*permit_, op, key.what, key.group, [&] {
      const auto* group = std::get_if<GroupState>(op == Op::create ? &change.before : &change.after);
      return Change{
          op,           key.what,     group != nullptr ? group->path : change.path, name_of(key, change.before),
          change.after, change.before};
    });
  }
}

/// How a change names the thing: nothing for a group, an e-mail as it is written.
std::string Undo::name_of(const ThingKey& key, const ItemState& state) {
  const auto* member = std::get_if<Membership>(&state);
  return member != nullptr ? member->email : key.name;
}

void Undo::apply_groups() {
  std::vector<const NetChanges::value_type*> restored;
  for (const auto& entry : net_) {
    const auto& [key, change] = entry;
    if (key.what != What::group) continue;
    if (change.removes()) {
      restored.push_back(&entry);
    } else if (change.makes() || group_before(change).parent != group_after(change).parent ||
               name_in(group_before(change).path) != name_in(group_after(change).path)) {
      store_.rename_group(key.group, passing_name(key.group));
    }
  }
  std::sort(restored.begin(), restored.end(), [](const auto* a, const auto* b) {
    return depth_in(group_before(a->second).path) < depth_in(group_before(b->second).path);
  });
  for (const auto* entry : restored) {
    const GroupState& before = group_before(entry->second);
    store_.insert_groups({{entry->first.group, before.parent, name_in(before.path), before.traits}});
  }
  std::vector<const NetChanges::value_type*> made;
  for (const auto& entry : net_) {
    const auto& [key, change] = entry;
    if (key.what != What::group || change.removes()) continue;
    if (change.makes()) {
      made.push_back(&entry);
      continue;
    }
    const GroupState& before = group_before(change);
    store_.update_group(key.group, before.traits);
    if (key.group == kRootGroup) continue;
    store_.move_group(key.group, before.parent);
    store_.rename_group(key.group, name_in(before.path));
  }
  std::sort(made.begin(), made.end(), [](const auto* a, const auto* b) {
    return depth_in(group_after(a->second).path) > depth_in(group_after(b->second).path);
  });
  for (const auto* entry : made) store_.remove_groups(entry->first.group);
}

void Undo::apply_contents() {
  for (const auto& [key, change] : net_) {
    if (change.makes()) continue;
    if (key.what == What::license) {
      const auto& license = std::get<License>(change.before);
      change.removes() ? store_.insert_license(key.group, license) : store_.update_license(key.group, license);
    } else if (key.what == What::membership) {
      const auto& member = std::get<Membership>(change.before);
      change.removes() ? store_.insert_membership(key.group, member) : store_.update_membership(key.group, member);
    }
  }
}

/// Judges everything at and below `top` by today's rules, and saves its figures.
void Undo::judge(GroupId top, const Chain& before) {
  const Chain after = *find_chain(store_, path_of(store_, top), sight_.scope());
  Chain above = after.above();
  Foothold foothold{after.path(), nullptr, {}, nullptr};
  if (above.size() > 0) foothold.offer = above.find_offer();
  if (foothold.offer != nullptr) foothold.offer_path = above.path_of(*above.find_restricted(above.size() - 1));
  const Tree tree = load_tree(store_, top, write_.report_);
  const Tallies tallies{tree, write_.catalogue()};
  const std::vector<std::int64_t> ceilings = count_ceilings(tree);
  Verdict verdict{write_.catalogue()};
  check_tree(tree, tallies, foothold, write_.catalogue(), write_.today(), verdict);
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const FiguresView figures{tree.count_children(row), tree.count_members(row), ceilings[row], tallies[row]};
    const GroupId group = tree.groups()[row].id;
    if (!(figures == store_.figures_of(group))) store_.set_figures(group, figures);
  }
  if (above.size() > 0) {
    Tally change = taken_by(tree, tallies, 0, write_.catalogue());
    Allowance allowance{write_.today()};
    allowance.takes(change);
    change.add(before.back().taken(), -1);
    write_.allot(above, above.size() - 1, change, allowance, verdict);
    const std::int64_t passed = pass_ceilings(tree.groups()[0].traits.restriction, ceilings[0]);
    const Link& link = before.back();
    write_.count_ceilings(above, above.size() - 1, passed - pass_ceilings(link.traits.restriction, link.ceilings));
  }
  verdict.enforce();
}

}  // namespace allot
