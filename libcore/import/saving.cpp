#include "libcore/import/saving.hpp"

#include <functional>
#include <utility>

namespace allot {
namespace {

using RowFate = Merge::RowFate;

constexpr std::uint64_t kReportEvery = 8192;
constexpr std::size_t kRowsGathered = 256;

/// A buffer of rows to insert, which is flushed whenever it holds `most` rows.
template <typename Row>
class Gathered {
 public:
  Gathered(std::size_t most, std::function<void(const std::vector<Row>&)> insert)
      : most_(most), insert_(std::move(insert)) {}

  void add(const Row& row) {
    rows_.push_back(row);
    if (rows_.size() == most_) insert();
  }

  /// Inserts the remaining rows.
  void insert() {
    insert_(rows_);
    rows_.clear();
  }

 private:
  std::size_t most_;
  std::function<void(const std::vector<Row>&)> insert_;
  std::vector<Row> rows_;
};

}  // namespace

ImportSaving::ImportSaving(Write& write, const Authorization& authorization, const Merge& merge,
                           const AncestorPath& target, const ReportProgress& report)
    : write_(write),
      authorization_(authorization),
      store_(write.store()),
      merge_(merge),
      tree_(merge.tree()),
      into_(target.path()),
      parent_of_top_(target.size() > 1 ? target[target.size() - 2].id : 0),
      report_(report),
      is_bulk_(store_.is_empty()),
      at_once_(is_bulk_ ? kRowsGathered : 1) {
  ids_.resize(tree_.groups().size());
  is_touched_.resize(tree_.groups().size(), false);
  total_ = tree_.groups().size() + tree_.licenses().size() + tree_.members().size();
}

void ImportSaving::save_rows() {
  if (is_bulk_) store_.drop_indexes();
  remove();
  save_groups();
  save_licenses();
  save_members();
}

void ImportSaving::save_figures(const Usages& usages, const std::vector<std::int64_t>& ceilings) {
  for (Tree::Row row = static_cast<Tree::Row>(is_touched_.size()); row-- > 1;) {
    if (is_touched_[row]) is_touched_[tree_.groups()[row].parent] = true;
  }
  Gathered<NewFigures> fresh{at_once_, [&](const auto& figures) { store_.insert_figures(figures); }};
  for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
    if (!is_touched_[row] || tree_.groups()[row].is_removed) continue;
    const FiguresView figures{tree_.count_children(row), tree_.count_members(row), ceilings[row], usages[row]};
    if (merge_.fate_of_group(row) == RowFate::created) {
      if (!figures.is_zero()) fresh.add({ids_[row], figures});
    } else if (!(figures == store_.figures_of(ids_[row]))) {
      store_.set_figures(ids_[row], figures);
    }
  }
  fresh.insert();
  if (is_bulk_) store_.build_indexes();
}

void ImportSaving::remove() {
  const auto parent_of = [&](Tree::Row row) { return tree_.groups()[tree_.groups()[row].parent].id; };
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (merge_.fate_of_license(row) != RowFate::removed) continue;
    const License license = tree_.license_at(row);
    const Tree::Row group = tree_.licenses()[row].group;
    is_touched_[group] = true;
    if (!tree_.groups()[group].is_removed) store_.remove_license(tree_.groups()[group].id, license.name);
    write_.record(authorization_, Op::remove, What::license, tree_.groups()[group].id,
                  [&] { return Change{Op::remove, What::license, path_of(group), license.name, license, {}}; });
  }
  for (Tree::Row row = 0; row < tree_.members().size(); ++row) {
    if (merge_.fate_of_member(row) != RowFate::removed) continue;
    const Membership member = tree_.membership_at(row);
    const Tree::Row group = tree_.members()[row].group;
    is_touched_[group] = true;
    if (!tree_.groups()[group].is_removed) store_.remove_membership(tree_.groups()[group].id, member.email);
    write_.record(authorization_, Op::remove, What::membership, tree_.groups()[group].id,
                  [&] { return Change{Op::remove, What::membership, path_of(group), member.email, member, {}}; });
  }
  std::vector<GroupId> removed;
  for (Tree::Row row = 1; row < tree_.groups().size(); ++row) {
    const Tree::Group& group = tree_.groups()[row];
    if (!group.is_removed) continue;
    is_touched_[row] = true;
    write_.record(authorization_, Op::remove, What::group, group.id, [&] {
      return Change{Op::remove, What::group, path_of(row), {}, GroupState{path_of(row), group.traits, parent_of(row)},
                    {}};
    });
    removed.push_back(group.id);
  }
  if (!removed.empty()) store_.remove_groups(IdRanges{std::move(removed)});
}

void ImportSaving::save_groups() {
  Gathered<NewGroup> fresh{at_once_, [&](const auto& groups) { store_.insert_groups(groups); }};
  std::int64_t created = 0;
  for (Tree::Row row = 0; row < tree_.groups().size(); ++row) created += merge_.fate_of_group(row) == RowFate::created;
  GroupId next = store_.reserve_groups(created);
  for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
    step();
    const Tree::Group& group = tree_.groups()[row];
    ids_[row] = group.id;
    const auto is_created = [&](Tree::Row each) { return merge_.fate_of_group(each) == RowFate::created; };
    const auto parent = [&] { return row == 0 ? parent_of_top_ : ids_[group.parent]; };
    const auto after = [&] { return GroupState{path_of(row), group.traits, parent()}; };
    switch (merge_.fate_of_group(row)) {
      case RowFate::created:
        is_touched_[row] = true;
        ids_[row] = next++;
        fresh.add({ids_[row], ids_[group.parent], group.name, group.traits});
        write_.record(authorization_, Op::create, What::group, is_created(group.parent) ? 0 : parent(),
                      [&] { return Change{Op::create, What::group, path_of(row), {}, {}, after()}; });
        break;
      case RowFate::updated:
        is_touched_[row] = true;
        store_.update_group(group.id, group.traits);
        write_.record(authorization_, Op::update, What::group, group.id, [&] {
          return Change{
              Op::update, What::group, path_of(row), {}, GroupState{path_of(row), merge_.group_before(row), parent()},
              after()};
        });
        break;
      case RowFate::kept:
        write_.keep(What::group);
        break;
      case RowFate::left:
      case RowFate::removed:
        break;
    }
  }
  fresh.insert();
}

void ImportSaving::save_licenses() {
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    step();
    const RowFate fate = merge_.fate_of_license(row);
    if (fate == RowFate::kept) write_.keep(What::license);
    if (fate != RowFate::created && fate != RowFate::updated) continue;
    const Tree::Row group = tree_.licenses()[row].group;
    is_touched_[group] = true;
    const LicenseView license = tree_.license_view(row);
    const bool is_new = fate == RowFate::created;
    is_new ? store_.insert_license(ids_[group], license) : store_.update_license(ids_[group], license);
    write_.record(authorization_, is_new ? Op::create : Op::update, What::license, ids_[group], [&] {
      Change change = change_of(fate, What::license, group, license.name);
      if (!is_new) change.before = merge_.license_before(row);
      change.after = tree_.license_at(row);
      return change;
    });
  }
}

void ImportSaving::save_members() {
  Gathered<NewMembership> fresh{at_once_, [&](const auto& members) { store_.insert_memberships(members); }};
  for (Tree::Row row = 0; row < tree_.members().size(); ++row) {
    step();
    const RowFate fate = merge_.fate_of_member(row);
    if (fate == RowFate::kept) write_.keep(What::membership);
    if (fate != RowFate::created && fate != RowFate::updated) continue;
    const Tree::Row group = tree_.members()[row].group;
    is_touched_[group] = true;
    const MembershipView member = tree_.membership_view(row);
    const bool is_new = fate == RowFate::created;
    is_new ? fresh.add({ids_[group], member}) : store_.update_membership(ids_[group], member);
    write_.record(authorization_, is_new ? Op::create : Op::update, What::membership, ids_[group], [&] {
      Change change = change_of(fate, What::membership, group, member.email);
      if (!is_new) change.before = merge_.member_before(row);
      change.after = tree_.membership_at(row);
      return change;
    });
  }
  fresh.insert();
}

void ImportSaving::step() {
  if (report_ && ++done_ % kReportEvery == 0) report_("saving", done_, total_);
}

/// Returns the change of a created or updated item of `group`, with the contents before and after left empty.
Change ImportSaving::change_of(RowFate fate, What what, Tree::Row group, std::string_view name) const {
  return {fate == RowFate::created ? Op::create : Op::update, what, path_of(group), std::string{name}, {}, {}};
}

}  // namespace allot
