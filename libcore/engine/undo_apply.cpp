#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/replay.hpp"
#include "libcore/engine/told_changes.hpp"
#include "libcore/engine/undo.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {
namespace {

/// The beginning that two ways have in common.
std::vector<GroupId> common_way(const std::vector<GroupId>& a, const std::vector<GroupId>& b) {
  const auto [end, unused] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return {a.begin(), end};
}

/// A name that no group has, for the time in which several change theirs.
std::string passing_name(GroupId group) { return '\x01' + std::to_string(group); }

std::size_t depth_in(const std::string& path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

}  // namespace

/// The lowest groups that have everything below them that the rules must look at, one for each of the topmost groups in
/// sight: they are there before and after.
std::vector<GroupId> Undo::find_tops() {
  std::map<GroupId, std::vector<GroupId>> ways;
  const auto include = [&](GroupId group) {
    while (group != 0 && !store_.find_group(group)) group = parent_of(group);
    const std::vector<GroupId> each = way_to(store_, group == 0 ? kRootGroup : group);
    const auto first = std::find_if(
        each.begin(), each.end(), [&](GroupId id) { return sight_.scope()->power_in(id, Power::none) != Power::none; });
    const auto [known, is_new] = ways.try_emplace(first == each.end() ? kRootGroup : *first, each);
    if (!is_new) known->second = common_way(known->second, each);
  };
  const auto comes_or_goes = [&](GroupId group) {
    const auto change = net_.find({What::group, group, {}});
    return change != net_.end() && (change->second.makes() || change->second.removes());
  };
  for (const auto& [key, change] : net_) {
    if (!is_of_group(key.what)) continue;
    if (key.what != What::group) {
      // What is in a group that comes or goes is looked at with that group, which is looked at with the one above it.
      if (!comes_or_goes(key.group)) include(key.group);
      continue;
    }
    const auto* before = std::get_if<GroupState>(&change.before);
    const auto* after = std::get_if<GroupState>(&change.after);
    if (before != nullptr && after != nullptr && before->parent == after->parent) {
      include(key.group);
      continue;
    }
    for (const GroupState* each : {before, after}) {
      if (each != nullptr && !comes_or_goes(each->parent)) include(each->parent);
    }
  }
  std::vector<GroupId> tops;
  for (auto& [unused, way] : ways) {
    // A group that goes away cannot be the top.
    while (way.size() > 1) {
      const auto change = net_.find({What::group, way.back(), {}});
      if (change == net_.end() || !change->second.makes()) break;
      way.pop_back();
    }
    tops.push_back(way.back());
  }
  return tops;
}

void Undo::apply() {
  restore_catalogue();
  for (const auto& [key, change] : net_) {
    if (!change.makes()) continue;
    if (key.what == What::license) store_.remove_license(key.group, key.name);
    if (key.what == What::membership) store_.remove_membership(key.group, key.name);
    if (key.what == What::mail_template) store_.remove_template(key.name);
  }
  apply_groups();
  apply_contents();
  const std::vector<std::string> entries = entries_made();
  record();
  remove_from_catalogue(entries);
}

/// Puts entries of the catalogue back and reads anew what else the entry tells, as their ids are others now.
void Undo::restore_catalogue() {
  std::map<std::size_t, const NetChanges::value_type*, std::greater<>> restored;  // what others require first
  for (const auto& entry : net_) {
    if (entry.first.what == What::catalog && !entry.second.makes()) restored.emplace(entry.second.last, &entry);
  }
  for (const auto& [unused, entry] : restored) {
    restore_entry(store_, entry->first.name, std::get<EntryState>(entry->second.before));
  }
  if (restored.empty()) return;
  catalogue_ = store_.catalogue();
  for (auto& [key, change] : net_of(read_content(content_, catalogue_).changes)) net_[key] = change;
}

/// What the entry added to the catalogue, what requires another before that.
std::vector<std::string> Undo::entries_made() const {
  std::vector<std::pair<std::size_t, std::string>> made;
  for (const auto& [key, change] : net_) {
    if (key.what == What::catalog && change.makes()) made.emplace_back(change.last, key.name);
  }
  std::sort(made.rbegin(), made.rend());
  std::vector<std::string> names;
  for (auto& [unused, name] : made) names.push_back(std::move(name));
  return names;
}

/// Takes entries out of the catalogue, unless something else uses them by now.
void Undo::remove_from_catalogue(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (store_.find_use(name)) block_by_uses(name);
    if (!blockers_.empty() || is_blocked_by_write_) throw blocked();
    store_.remove_entry(name);
  }
}

/// Records the way back of everything, which uses up what is known of it; the store is as it is after that, but for the
/// catalogue.
void Undo::record() {
  for (auto& [key, change] : net_) {
    std::swap(change.before, change.after);
    change.last = key.what == What::catalog ? SIZE_MAX - change.last : 0;  // the same, be it told or not
  }
  ToldChanges told = tell(store_, std::move(net_));
  write_.entry_.begin_whole();
  write_.entry_.touch(told.places);
  for (Change& change : told.changes) {
    write_.record(*permit_, change.op, change.what, group_of(change), [&] { return std::move(change); });
  }
  write_.entry_.end_whole();
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
    if (key.what == What::mail_template) store_.set_template(key.name, std::get<Letter>(change.before));
    if (key.what == What::license) {
      const auto& license = std::get<License>(change.before);
      change.removes() ? store_.insert_license(key.group, license) : store_.update_license(key.group, license);
    } else if (key.what == What::membership) {
      const auto& member = std::get<Membership>(change.before);
      if (change.removes()) {
        store_.insert_membership(key.group, member);
        continue;
      }
      const std::string& now = std::get<Membership>(change.after).email;  // perhaps in other letters
      if (now != member.email) store_.rename_member(key.group, now, member.email);
      store_.update_membership(key.group, member);
    }
  }
}

/// Judges everything at and below the groups that find_tops gave, as they were `before`, by today's rules, and saves
/// the figures; those above are judged when all of them have what is taken from them.
void Undo::judge(const std::map<GroupId, Chain>& before) {
  Verdict verdict{write_.catalogue()};
  std::vector<Taken> taken;
  for (const auto& [top, chain] : before) taken.push_back(judge_top(top, chain, verdict));
  for (const Taken& each : taken) {
    if (each.top.is_root()) continue;
    Verdict unchecked{write_.catalogue()};
    pass_on(each, -1, unchecked);
    pass_on(each, 1, verdict);
  }
  verdict.enforce();
}

/// Judges a group and all below it, saves their figures and passes on what they take, unchecked.
Undo::Taken Undo::judge_top(GroupId top, const Chain& before, Verdict& verdict) {
  const Path path = path_of(store_, top);
  const Chain after = get_chain(store_, path, sight_.scope());
  const Chain above = after.above();
  Foothold foothold{path.to_string(), nullptr, {}, nullptr};
  if (above.size() > 0) foothold.offer = above.find_offer();
  if (foothold.offer != nullptr) foothold.offer_path = above.path_of(*above.find_restricted(above.size() - 1));
  const Tree tree = load_tree(store_, top, write_.report_);
  if (path.depth() + tree.depth() > Path::kMostNames) {
    throw Error::in_use(fmt::format("revision {} cannot be undone: a path below {} would have more than {} names",
                                    revision_, path.to_string(), Path::kMostNames));
  }
  const Tallies tallies{tree, write_.catalogue()};
  const std::vector<std::int64_t> ceilings = count_ceilings(tree);
  check_tree(tree, tallies, foothold, write_.catalogue(), write_.today(), verdict);
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const FiguresView figures{tree.count_children(row), tree.count_members(row), ceilings[row], tallies[row]};
    const GroupId group = tree.groups()[row].id;
    if (!(figures == store_.figures_of(group))) store_.set_figures(group, figures);
  }
  Taken taken{path, {}, {}};
  if (above.size() == 0) return taken;
  taken.all = taken_by(tree, tallies, 0, write_.catalogue());
  taken.more = taken.all;
  taken.more.add(before.back().taken(), -1);
  Verdict unchecked{write_.catalogue()};
  pass_on(taken, 1, unchecked);
  Chain counted = get_chain(store_, path, sight_.scope()).above();
  const std::int64_t passed = pass_ceilings(tree.groups()[0].traits.restriction, ceilings[0]);
  const Link& link = before.back();
  write_.count_ceilings(counted, counted.size() - 1, passed - pass_ceilings(link.traits.restriction, link.ceilings));
  return taken;
}

/// Passes on to the groups above what a group takes more than before, so many times.
void Undo::pass_on(const Taken& taken, int times, Verdict& verdict) {
  Chain above = get_chain(store_, taken.top, sight_.scope()).above();
  Allowance allowance{write_.today()};
  allowance.takes(taken.all);
  Tally change;
  change.add(taken.more, times);
  write_.allot(above, above.size() - 1, change, allowance, verdict);
}

}  // namespace allot
