#include "libcore/import/saving.hpp"

#include <functional>
#include <utility>

namespace allot {
namespace {

using RowFate = Merge::RowFate;

constexpr std::uint64_t kReportEvery = 8192;
/// The number of rows that are inserted together: enough to keep a server busy.
constexpr std::size_t kRowsGathered = 4096;

/// A buffer of rows to insert with their rows in the tree, which is flushed whenever it is full.
template <typename Row>
class Gathered {
 public:
  using Insert = std::function<void(const std::vector<Row>&, const std::vector<Tree::Row>&)>;
  explicit Gathered(Insert insert) : insert_(std::move(insert)) {}

  void add(Row row, Tree::Row in_tree) {
    rows_.push_back(std::move(row));
    in_tree_.push_back(in_tree);
    if (rows_.size() == kRowsGathered) insert();
  }

  /// Inserts the remaining rows.
  void insert() {
    insert_(rows_, in_tree_);
    rows_.clear();
    in_tree_.clear();
  }

 private:
  Insert insert_;
  std::vector<Row> rows_;
  std::vector<Tree::Row> in_tree_;
};

}  // namespace

ImportSaving::ImportSaving(Write& write, const ImportPermissions& permissions, Merge& merge, const AncestorPath& target,
                           Indexes indexes, const ReportProgress& report)
    : write_(write),
      authorization_(permissions.authorization()),
      changes_(write.changes()),
      merge_(merge),
      tree_(merge.tree()),
      into_(target.path()),
      parent_of_top_(target.size() > 1 ? target[target.size() - 2].id : 0),
      indexes_(indexes),
      report_(report),
      is_touched_(merge.known_groups(), false) {}

void ImportSaving::insert_groups() {
  if (indexes_ == Indexes::built_last && !has_begun_) changes_.drop_indexes();
  has_begun_ = true;
  const auto first = static_cast<Tree::Row>(is_touched_.size());
  const auto end = static_cast<Tree::Row>(tree_.groups().size());
  if (first == end) return;
  GroupId next = changes_.reserve_groups(end - first);
  is_touched_.resize(end, true);
  Gathered<NewGroup> fresh{[&](const auto& groups, const auto& rows) {
    changes_.insert_groups(authorization_, groups, [&](std::size_t i) {
      return Change{Op::create, What::group, path_of(rows[i]), {}, {}, state_of(rows[i], groups[i].traits)};
    });
  }};
  for (Tree::Row row = first; row < end; ++row) {
    step();
    merge_.tree().group(row).id = next++;
    fresh.add({id_of(row), parent_of(row), tree_.groups()[row].name, tree_.traits(row)}, row);
  }
  fresh.insert();
}

void ImportSaving::save_rest() {
  update_groups();
  save_licenses();
  remove();
}

void ImportSaving::save_figures(const Usages& usages, const std::vector<std::int64_t>& ceilings) {
  for (Tree::Row row = static_cast<Tree::Row>(is_touched_.size()); row-- > 1;) {
    if (is_touched_[row]) is_touched_[tree_.groups()[row].parent] = true;
  }
  const auto figures_of = [&](Tree::Row row) {
    return Figures{tree_.count_children(row), tree_.count_members(row), ceilings[row], usages[row]};
  };
  Gathered<NewFigures> fresh{[&](const auto& figures, const auto&) { changes_.insert_figures(figures); }};
  std::vector<GroupId> existing;
  std::vector<Tree::Row> rows;
  for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
    if (!is_touched_[row] || tree_.groups()[row].is_removed) continue;
    if (merge_.fate_of_group(row) != RowFate::created) {
      existing.push_back(id_of(row));
      rows.push_back(row);
    } else if (Figures figures = figures_of(row); !figures.is_zero()) {
      fresh.add({id_of(row), std::move(figures)}, row);
    }
  }
  fresh.insert();
  write_.rows().for_figures_of(existing, [&](std::size_t i, const Figures& stored) {
    const Figures figures = figures_of(rows[i]);
    if (!(figures == stored)) changes_.set_figures(existing[i], figures);
  });
  if (indexes_ == Indexes::built_last) changes_.build_indexes();
}

void ImportSaving::remove() {
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (merge_.fate_of_license(row) != RowFate::removed) continue;
    const License license = tree_.license_at(row);
    const Tree::Row group = tree_.licenses()[row].group;
    is_touched_[group] = true;
    const auto change = [&] { return Change{Op::remove, What::license, path_of(group), license.name, license, {}}; };
    if (tree_.groups()[group].is_removed) {
      changes_.record_removal(What::license, change);
    } else {
      changes_.remove_license(authorization_, tree_.groups()[group].id, license.name, change);
    }
  }
  for (Tree::Row row = 0; row < tree_.members().size(); ++row) {
    if (merge_.fate_of_member(row) != RowFate::removed) continue;
    const Membership member = tree_.membership_at(row);
    const Tree::Row group = tree_.members()[row].group;
    is_touched_[group] = true;
    const auto change = [&] { return Change{Op::remove, What::membership, path_of(group), member.email, member, {}}; };
    if (tree_.groups()[group].is_removed) {
      changes_.record_removal(What::membership, change);
    } else {
      changes_.remove_membership(authorization_, tree_.groups()[group].id, member.email, change);
    }
  }
  std::vector<GroupId> removed;
  for (Tree::Row row = 1; row < tree_.groups().size(); ++row) {
    const Tree::Group& group = tree_.groups()[row];
    if (!group.is_removed) continue;
    is_touched_[row] = true;
    changes_.record_removal(What::group, [&] {
      return Change{Op::remove, What::group, path_of(row), {}, state_of(row, tree_.traits(row)), {}};
    });
    removed.push_back(group.id);
  }
  if (!removed.empty()) changes_.remove_groups(authorization_, IdRanges{std::move(removed)}, report_);
}

void ImportSaving::update_groups() {
  for (Tree::Row row = 0; row < merge_.known_groups(); ++row) {
    const RowFate fate = merge_.fate_of_group(row);
    if (fate == RowFate::kept) changes_.keep(What::group);
    if (fate != RowFate::updated) continue;
    is_touched_[row] = true;
    changes_.update_group(authorization_, Permission::group, id_of(row), merge_.group_before(row), tree_.traits(row),
                          [&] {
                            return Change{Op::update,
                                          What::group,
                                          path_of(row),
                                          {},
                                          state_of(row, merge_.group_before(row)),
                                          state_of(row, tree_.traits(row))};
                          });
  }
  for (const Tree::Row row : merge_.completed_groups()) {
    changes_.complete_group(authorization_, id_of(row), tree_.traits(row));
  }
}

void ImportSaving::save_licenses() {
  const auto change_of = [&](Tree::Row row, ItemState before) {
    const Op op = std::holds_alternative<std::monostate>(before) ? Op::create : Op::update;
    License license = tree_.license_at(row);
    return Change{op, What::license, path_of(tree_.licenses()[row].group), license.name, std::move(before), license};
  };
  Gathered<NewLicense> fresh{[&](const auto& licenses, const auto& rows) {
    changes_.insert_licenses(authorization_, licenses, [&](std::size_t i) { return change_of(rows[i], {}); });
  }};
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    step();
    const RowFate fate = merge_.fate_of_license(row);
    if (fate == RowFate::kept) changes_.keep(What::license);
    if (fate != RowFate::created && fate != RowFate::updated) continue;
    const Tree::Row group = tree_.licenses()[row].group;
    is_touched_[group] = true;
    if (fate == RowFate::created) {
      fresh.add({id_of(group), tree_.license_view(row)}, row);
    } else {
      changes_.update_license(authorization_, id_of(group), merge_.license_before(row).grant, tree_.license_view(row),
                              [&] { return change_of(row, merge_.license_before(row).copy()); });
    }
  }
  fresh.insert();
}

void ImportSaving::step() {
  ++done_;
  if (report_ && total_ > 0 && done_ % kReportEvery == 0) report_("saving", done_, total_);
}

}  // namespace allot
