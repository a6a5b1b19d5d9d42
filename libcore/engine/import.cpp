#include "libcore/engine/import.hpp"

#include <fmt/format.h>

#include <functional>
#include <future>
#include <utility>

#include "libcore/engine/import_merge.hpp"
#include "libcore/engine/judgement.hpp"

namespace allot {
namespace {

using Fate = Merge::Fate;

constexpr std::uint64_t kReportEvery = 8192;
constexpr std::size_t kRowsGathered = 256;

/// Adds what the files add to the catalogue.
void add_entries(Write& write, const Document& document) {
  const Catalogue& read = document.catalogue;
  for (std::size_t i = document.known_counted; i < read.counted().size(); ++i) {
    const CountedResource& entry = read.counted()[i];
    std::optional<std::string> required;
    if (entry.requires_id) required = read.counted()[*entry.requires_id].name;
    write.add_counted(entry.name, required);
  }
  for (std::size_t i = document.known_features; i < read.features().size(); ++i) write.add_feature(read.features()[i]);
}

/// Looks users up in the store; without a query where it has none.
FindPerson find_in(Store& store) {
  if (!store.has_users()) return [](std::string_view) { return Person{}; };
  return [&store](std::string_view email) {
    Person person;
    for (const auto& [group, membership] : store.memberships_of(email)) {
      person.email = membership.email;
      if (person.name.empty()) person.name = membership.name;
    }
    return person;
  };
}

/// Rows to be inserted, handed on whenever there are `most`.
template <typename Row>
class Gathered {
 public:
  Gathered(std::size_t most, std::function<void(const std::vector<Row>&)> insert)
      : most_(most), insert_(std::move(insert)) {}

  void add(const Row& row) {
    rows_.push_back(row);
    if (rows_.size() == most_) insert();
  }

  /// Hands on what is left.
  void insert() {
    insert_(rows_);
    rows_.clear();
  }

 private:
  std::size_t most_;
  std::function<void(const std::vector<Row>&)> insert_;
  std::vector<Row> rows_;
};

/// Saves what a merge made of a subtree, in the order of its rows, and records it.
class Saving {
 public:
  Saving(Write& write, const Merge& merge, const Path& into, const ReportProgress& report)
      : write_(write),
        store_(write.store()),
        merge_(merge),
        tree_(merge.tree()),
        into_(into.to_string()),
        report_(report),
        is_bulk_(store_.is_empty()),
        at_once_(is_bulk_ ? kRowsGathered : 1) {
    ids_.resize(tree_.groups().size());
    is_touched_.resize(tree_.groups().size(), false);
    total_ = tree_.groups().size() + tree_.licenses().size() + tree_.members().size();
  }

  /// Everything but the figures.
  void save_rows() {
    if (is_bulk_) store_.drop_indexes();
    remove();
    save_groups();
    save_licenses();
    save_members();
  }

  /// The figures of the groups in or below which something changed.
  void save_figures(const Tallies& tallies, const std::vector<std::int64_t>& ceilings) {
    for (Tree::Row row = static_cast<Tree::Row>(is_touched_.size()); row-- > 1;) {
      if (is_touched_[row]) is_touched_[tree_.groups()[row].parent] = true;
    }
    Gathered<NewFigures> fresh{at_once_, [&](const auto& figures) { store_.insert_figures(figures); }};
    for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
      if (!is_touched_[row] || tree_.groups()[row].is_removed) continue;
      const FiguresView figures{tree_.count_children(row), tree_.count_members(row), ceilings[row], tallies[row]};
      if (merge_.fate_of_group(row) == Fate::created) {
        if (!figures.is_zero()) fresh.add({ids_[row], figures});
      } else if (!(figures == store_.figures_of(ids_[row]))) {
        store_.set_figures(ids_[row], figures);
      }
    }
    fresh.insert();
    if (is_bulk_) store_.build_indexes();
  }

 private:
  void remove() {
    for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
      if (merge_.fate_of_license(row) != Fate::removed) continue;
      const License license = tree_.license_at(row);
      const Tree::Row group = tree_.licenses()[row].group;
      is_touched_[group] = true;
      if (!tree_.groups()[group].is_removed) store_.remove_license(tree_.groups()[group].id, license.name);
      write_.record(Op::remove, What::license,
                    [&] { return Change{Op::remove, What::license, path_of(group), license.name, license, {}}; });
    }
    for (Tree::Row row = 0; row < tree_.members().size(); ++row) {
      if (merge_.fate_of_member(row) != Fate::removed) continue;
      const Membership member = tree_.membership_at(row);
      const Tree::Row group = tree_.members()[row].group;
      is_touched_[group] = true;
      if (!tree_.groups()[group].is_removed) store_.remove_membership(tree_.groups()[group].id, member.email);
      write_.record(Op::remove, What::membership,
                    [&] { return Change{Op::remove, What::membership, path_of(group), member.email, member, {}}; });
    }
    for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
      const Tree::Group& group = tree_.groups()[row];
      if (!group.is_removed) continue;
      is_touched_[row] = true;
      if (!tree_.groups()[group.parent].is_removed) store_.remove_groups(group.id);
      write_.record(Op::remove, What::group, [&] {
        return Change{Op::remove, What::group, path_of(row), {}, GroupState{path_of(row), group.traits}, {}};
      });
    }
  }

  void save_groups() {
    Gathered<NewGroup> fresh{at_once_, [&](const auto& groups) { store_.insert_groups(groups); }};
    GroupId next = store_.next_group();
    for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
      step();
      const Tree::Group& group = tree_.groups()[row];
      ids_[row] = group.id;
      const auto after = [&] { return GroupState{path_of(row), group.traits}; };
      switch (merge_.fate_of_group(row)) {
        case Fate::created:
          is_touched_[row] = true;
          ids_[row] = next++;
          fresh.add({ids_[row], ids_[group.parent], group.name, group.traits});
          write_.record(Op::create, What::group,
                        [&] { return Change{Op::create, What::group, path_of(row), {}, {}, after()}; });
          break;
        case Fate::updated:
          is_touched_[row] = true;
          store_.update_group(group.id, group.traits);
          write_.record(Op::update, What::group, [&] {
            return Change{Op::update, What::group, path_of(row), {}, GroupState{path_of(row), merge_.group_before(row)},
                          after()};
          });
          break;
        case Fate::kept:
          write_.record(Op::keep, What::group, [] { return Change{}; });
          break;
        case Fate::left:
        case Fate::removed:
          break;
      }
    }
    fresh.insert();
  }

  void save_licenses() {
    for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
      step();
      const Fate fate = merge_.fate_of_license(row);
      if (fate == Fate::kept) write_.record(Op::keep, What::license, [] { return Change{}; });
      if (fate != Fate::created && fate != Fate::updated) continue;
      const Tree::Row group = tree_.licenses()[row].group;
      is_touched_[group] = true;
      const LicenseView license = tree_.license_view(row);
      const bool is_new = fate == Fate::created;
      is_new ? store_.insert_license(ids_[group], license) : store_.update_license(ids_[group], license);
      write_.record(is_new ? Op::create : Op::update, What::license, [&] {
        Change change = change_of(fate, What::license, group, license.name);
        if (!is_new) change.before = merge_.license_before(row);
        change.after = tree_.license_at(row);
        return change;
      });
    }
  }

  void save_members() {
    Gathered<NewMembership> fresh{at_once_, [&](const auto& members) { store_.insert_memberships(members); }};
    for (Tree::Row row = 0; row < tree_.members().size(); ++row) {
      step();
      const Fate fate = merge_.fate_of_member(row);
      if (fate == Fate::kept) write_.record(Op::keep, What::membership, [] { return Change{}; });
      if (fate != Fate::created && fate != Fate::updated) continue;
      const Tree::Row group = tree_.members()[row].group;
      is_touched_[group] = true;
      const MembershipView member = tree_.membership_view(row);
      const bool is_new = fate == Fate::created;
      is_new ? fresh.add({ids_[group], member}) : store_.update_membership(ids_[group], member);
      write_.record(is_new ? Op::create : Op::update, What::membership, [&] {
        Change change = change_of(fate, What::membership, group, member.email);
        if (!is_new) change.before = merge_.member_before(row);
        change.after = tree_.membership_at(row);
        return change;
      });
    }
    fresh.insert();
  }

  void step() {
    if (++done_ % kReportEvery == 0) report_("saving", done_, total_);
  }

  /// The change of something in `group` that was created or updated, without what it was and is.
  Change change_of(Fate fate, What what, Tree::Row group, std::string_view name) const {
    return {fate == Fate::created ? Op::create : Op::update, what, path_of(group), std::string{name}, {}, {}};
  }

  std::string path_of(Tree::Row row) const { return tree_.path_of(row, into_); }

  Write& write_;
  Store& store_;
  const Merge& merge_;
  const Tree& tree_;
  std::string into_;
  const ReportProgress& report_;
  bool is_bulk_;  // whether the store is empty, so that the indexes are built last
  // How many rows are inserted at once: one where there are indexes, whose pages would be journaled a second time.
  std::size_t at_once_;
  std::vector<bool> is_touched_;  // for each group of the tree whether something in it changed
  std::vector<GroupId> ids_;      // of each group of the tree, once it is saved
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

/// What the store has where a file goes.
struct Standing {
  Chain target;
  Tree tree;
};

/// Loads it in a thread of its own, as the files can be read meanwhile; nobody else may use the store until it is
/// there.
std::future<Standing> load_standing(Store& store, const Path& into) {
  return std::async(std::launch::async | std::launch::deferred, [&] {
    Chain target = load_chain(store, into);
    Tree tree = load_tree(store, target.back().id);
    return Standing{std::move(target), std::move(tree)};
  });
}

void note_newly_restricted(Write& write, const Merge& merge, const Path& into) {
  const Tree& tree = merge.tree();
  for (const Tree::Row row : merge.newly_restricted()) {
    std::vector<std::string> kept;
    tree.for_each_license(row, [&](Tree::Row license) {
      if (merge.fate_of_license(license) != Fate::created) kept.emplace_back(tree.licenses()[license].name);
    });
    const std::string path = tree.path_of(row, into.to_string());
    write.note(fmt::format("{} was not restricted and is now reserved", path));
    if (kept.empty()) continue;
    write.note(fmt::format("kept licenses of {} come into force: {}", path, fmt::join(kept, ", ")));
  }
}

}  // namespace

Violations import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options) {
  Store& store = write.store();
  const Catalogue& known = write.catalogue();
  std::future<Standing> loading = load_standing(store, options.into);
  const Document document = read_hierarchy(inputs, known, Target{options.into.is_root(), options.into.depth()});
  Standing standing = loading.get();
  const Chain& target = standing.target;
  add_entries(write, document);
  Chain above{write.catalogue()};
  if (!options.into.is_root()) above = load_chain(store, options.into.parent());
  Foothold foothold{options.into.to_string(), nullptr, {}, nullptr};
  if (above.size() > 0) foothold.offer = above.find_offer();
  if (foothold.offer != nullptr) foothold.offer_path = above.path_of(*above.find_restricted(above.size() - 1));

  const Merge merge{std::move(standing.tree), document, options.prune, find_in(store)};
  const Tree& tree = merge.tree();
  options.report("checking", 0, 0);
  std::future<Judgement> judging = judge(tree, foothold, write.catalogue(), write.today());
  note_newly_restricted(write, merge, options.into);
  Saving saving{write, merge, options.into, options.report};
  saving.save_rows();
  Judgement judgement = judging.get();
  if (above.size() > 0) {
    Tally change = taken_by(tree, judgement.tallies, 0, write.catalogue());
    change.add(target.back().taken(), -1);
    Allowance allowance{write.today()};
    write.allot(above, above.size() - 1, change, allowance, judgement.verdict);
    const Restriction restriction = tree.groups()[0].traits.restriction;
    const std::int64_t ceilings = pass_ceilings(restriction, judgement.ceilings[0]);
    const Link& before = target.back();
    write.count_ceilings(above, above.size() - 1, ceilings - pass_ceilings(before.traits.restriction, before.ceilings));
  }
  saving.save_figures(judgement.tallies, judgement.ceilings);
  return judgement.verdict.violations();
}

}  // namespace allot
