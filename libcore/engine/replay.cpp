#include "libcore/engine/replay.hpp"

#include "libcore/engine/lookup.hpp"
#include "libcore/engine/net_changes.hpp"
#include "libcore/model/tree.hpp"

namespace allot {
namespace {

void take_back_group(Store& store, GroupId group, const Change& change) {
  if (change.op == Op::create) return store.remove_groups(group);
  const auto& before = std::get<GroupState>(change.before);
  if (change.op == Op::remove) {
    store.insert_groups({{group, before.parent, name_in(before.path), before.traits}});
    return;
  }
  const auto& after = std::get<GroupState>(change.after);
  store.update_group(group, before.traits);
  if (before.parent != after.parent) store.move_group(group, before.parent);
  if (group != kRootGroup && name_in(before.path) != name_in(after.path)) {
    store.rename_group(group, name_in(before.path));
  }
}

void take_back_member(Store& store, GroupId group, const Change& change) {
  const auto* before = std::get_if<Membership>(&change.before);
  const auto* after = std::get_if<Membership>(&change.after);
  if (before == nullptr) return store.remove_membership(group, after->email);
  if (after == nullptr) return store.insert_membership(group, *before);
  if (before->email != after->email) store.rename_member(group, after->email, before->email);
  store.update_membership(group, *before);
}

void take_back_license(Store& store, GroupId group, const Change& change) {
  const auto* before = std::get_if<License>(&change.before);
  if (before == nullptr) return store.remove_license(group, change.name);
  if (change.op == Op::remove) return store.insert_license(group, *before);
  store.update_license(group, *before);
}

void take_back_entry(Store& store, const Change& change) {
  if (change.op != Op::remove) store.remove_entry(change.name);
  if (change.op == Op::create) return;
  restore_entry(store, change.name, std::get<EntryState>(change.before));
}

void take_back_template(Store& store, const Change& change) {
  if (change.op == Op::create) return store.remove_template(change.name);
  store.set_template(change.name, std::get<Letter>(change.before));
}

void take_back(Store& store, const Change& change) {
  switch (change.what) {
    case What::group:
      return take_back_group(store, group_of(change), change);
    case What::license:
      return take_back_license(store, group_of(change), change);
    case What::membership:
      return take_back_member(store, group_of(change), change);
    case What::catalog:
      return take_back_entry(store, change);
    case What::mail_template:
      return take_back_template(store, change);
  }
}

}  // namespace

void restore_entry(Store& store, const std::string& name, const EntryState& entry) {
  if (!entry.is_counted) return store.add_feature(name);
  store.add_counted(name, entry.required.empty() ? std::nullopt : store.catalogue().find_counted(entry.required));
}

void take_back(Store& store, const StoredEntry& entry) {
  Catalogue catalogue = store.catalogue();
  const std::vector<std::string_view> lines = lines_of(entry.content);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const auto change = read_change(*line, catalogue);
    if (!change) continue;
    take_back(store, *change);
    if (change->what == What::catalog) catalogue = store.catalogue();  // whose ids are others now
  }
  if (entry.fresh) store.remove_group_rows(*entry.fresh, entry.next_group);
}

void rebuild_figures(Store& store) {
  const Tree tree = load_tree(store, kRootGroup);
  const Tallies tallies{tree, store.catalogue()};
  const std::vector<std::int64_t> ceilings = count_ceilings(tree);
  store.remove_all_figures();
  std::vector<NewFigures> figures;
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const FiguresView each{tree.count_children(row), tree.count_members(row), ceilings[row], tallies[row]};
    if (!each.is_zero()) figures.push_back({tree.groups()[row].id, each});
  }
  store.insert_figures(figures);
}

Store copy_as_of(Store& store, std::int64_t revision, const ReportProgress& report) {
  Store copy = store.copy_in_memory(report);
  Store::Transaction transaction{copy, Store::Transaction::Kind::write};
  copy.allow_equal_names();
  std::vector<std::int64_t> later;  // those that there are, whatever number the store says
  copy.for_each_entry([&](const StoredEntry& entry) {
    if (entry.revision > revision) later.push_back(entry.revision);
    return entry.revision > revision;
  });
  for (std::size_t i = 0; i < later.size(); ++i) {
    if (const auto entry = copy.find_entry(later[i])) take_back(copy, *entry);
    if (report) report("revisions", i, later.size());
  }
  rebuild_figures(copy);
  copy.set_revision(revision);
  transaction.commit();
  return copy;
}

}  // namespace allot
