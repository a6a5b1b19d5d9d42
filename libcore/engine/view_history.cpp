#include <fmt/format.h>

#include "libcore/base/moment.hpp"
#include "libcore/engine/replay.hpp"
#include "libcore/engine/view.hpp"

namespace allot {
namespace {

/// Calls `visit` for the making of each group in the rows from `first` on and before `end`, and of all in it.
void visit_makings(const Tree& tree, GroupId first, GroupId end, const std::function<void(const Change&)>& visit) {
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const Tree::Group& group = tree.groups()[row];
    if (group.id < first || group.id >= end) continue;
    const std::string path = tree.path_of(row, "/");
    visit({Op::create, What::group, path, {}, {}, GroupState{path, group.traits, tree.groups()[group.parent].id}});
    tree.for_each_license(row, [&](Tree::Row license) {
      const License made = tree.license_at(license);
      visit({Op::create, What::license, path, made.name, {}, made});
    });
    tree.for_each_member(row, [&](Tree::Row member) {
      const Membership made = tree.membership_at(member);
      visit({Op::create, What::membership, path, made.email, {}, made});
    });
  }
}

}  // namespace

void View::for_each_untold(const WholeEntry& whole, const std::function<void(const Change&)>& visit) {
  std::optional<Store> copy;
  if (whole.entry.revision != store().revision()) copy.emplace(copy_as_of(store(), whole.entry.revision, report_));
  const Tree tree = load_tree_in(copy ? *copy : store());
  visit_makings(tree, *whole.fresh, whole.next_group, visit);
}

Tree View::load_tree_in(Store& store) {
  const Store::Transaction transaction{store, Store::Transaction::Kind::read};
  return load_tree(store, kRootGroup, report_);
}

Engine View::as_of_moment(std::int64_t moment) {
  std::optional<std::int64_t> found;
  store().for_each_entry([&](StoredEntry&& entry) {
    if (entry.time <= moment) found = entry.revision;
    return !found;
  });
  if (!found) {
    throw Error::not_found(fmt::format("the log does not reach back to {}", write_moment(moment)),
                           "`allot log` shows when it begins");
  }
  return copy_engine(*found);
}

Engine View::as_of_revision(std::int64_t revision) {
  Log log{store(), sight_};
  if (!log.sees(revision)) throw log.no_such_entry(revision);
  return copy_engine(revision);
}

Engine View::copy_engine(std::int64_t revision) {
  Engine then{copy_as_of(store(), revision, report_), engine_.today(), engine_.actor()};
  then.scope_ = sight_.scope();
  return then;
}

}  // namespace allot
