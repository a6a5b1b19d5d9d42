#include "libcore/import/merge.hpp"

#include <algorithm>
#include <utility>

namespace allot {

Merge::Merge(Tree tree, const Document& document, Prune prune, TopGroup top)
    : tree_(std::move(tree)),
      document_(document),
      prune_(prune),
      prune_top_(top == TopGroup::left ? Prune::no : prune),
      known_groups_(static_cast<Tree::Row>(tree_.groups().size())),
      known_index_({&tree_}),
      group_fates_(known_groups_, RowFate::left),
      license_fates_(tree_.licenses().size(), RowFate::left),
      no_grant_(tree_.intern(Grant{}, Labels{}, Language{})) {
  known_index_.reserve(known_groups_);
  for (Tree::Row row = 1; row < known_groups_; ++row) known_index_.insert(row);
}

void Merge::add_groups() {
  note_licensed_groups();
  while (rows_.size() < document_.groups.size()) {
    const auto group = static_cast<std::uint32_t>(rows_.size());
    const Document::Group& specified = document_.groups[group];
    const bool is_top = group == 0;
    const Tree::Row parent = is_top ? Tree::kNone : rows_[specified.parent];
    // A group that was just created has no children in the tree.
    const auto found = is_top             ? std::optional<Tree::Row>{0}
                       : is_known(parent) ? known_index_.find(parent, specified.name)
                                          : std::nullopt;
    if (found) {
      rows_.push_back(*found);
      group_fates_[*found] = RowFate::kept;
    } else {
      rows_.push_back(tree_.adopt_group(parent, specified.name, traits_of_created(group)));
      group_fates_.push_back(RowFate::created);
    }
  }
}

void Merge::note_licensed_groups() {
  licensed_.resize(document_.groups.size(), false);
  for (; licenses_noted_ < document_.licenses.size(); ++licenses_noted_) {
    licensed_[document_.licenses[licenses_noted_].group] = true;
  }
}

GroupTraits Merge::traits_of_created(std::uint32_t group) const {
  GroupTraits traits = traits_from(patch_of(group), GroupTraits{}, prune_);
  if (!patch_of(group).restriction.value) {
    traits.restriction = licensed_[group] ? Restriction::reserved : Restriction::none;
  }
  return traits;
}

void Merge::finish() {
  add_groups();
  merge_licenses();
  if (prune_ == Prune::yes) remove_unnamed();
  merge_traits();
}

void Merge::merge_traits() {
  std::vector<bool> gained(tree_.groups().size(), false);
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (license_fates_[row] == RowFate::created) gained[tree_.licenses()[row].group] = true;
  }
  for (std::uint32_t group = 0; group < rows_.size(); ++group) {
    const Tree::Row row = rows_[group];
    const GroupTraits& before = tree_.traits(row);
    if (!is_known(row)) {
      const GroupTraits complete = traits_of_created(group);
      if (complete == before) continue;
      completed_.push_back(row);
      tree_.set_traits(row, complete);
      continue;
    }
    const Prune prune = row == 0 ? prune_top_ : prune_;
    const Specified<Restriction>& restriction = patch_of(group).restriction;
    GroupTraits after = traits_from(patch_of(group), before, prune);
    if (!restriction.value && (restriction.is_said || prune == Prune::yes)) {
      after.restriction = tree_.grants_of(row).empty() ? Restriction::none : Restriction::reserved;
    } else if (!restriction.value && before.restriction == Restriction::none && gained[row]) {
      after.restriction = Restriction::reserved;
      newly_restricted_.push_back(row);
    }
    if (after == before) continue;
    group_fates_[row] = RowFate::updated;
    groups_before_.emplace(row, before);
    tree_.set_traits(row, after);
  }
}

/// Returns all traits except an omitted restriction.
GroupTraits Merge::traits_from(const TraitsPatch& specified, const GroupTraits& before, Prune prune) const {
  GroupTraits after = before;
  after.kind = value_of<std::string>(specified.kind, prune, before.kind, {});
  after.labels = value_of(specified.labels, prune, before.labels, {});
  after.language = value_of(specified.language, prune, before.language, {});
  after.suspended = value_of(specified.suspended, prune, before.suspended, false);
  if (specified.reminder.value) {
    after.reminder = specified.reminder.value;
  } else if (specified.reminder.is_said || prune_ == Prune::yes) {
    after.reminder.reset();
  }
  if (specified.restriction.value) after.restriction = *specified.restriction.value;
  return after;
}

Grant Merge::apply(const GrantPatch& specified, const Grant& before) const {
  Grant after = prune_ == Prune::yes ? Grant{} : before;
  for (const auto& [id, count] : specified.counts) after.counts.set(id, count);
  after.features = value_of(specified.features, prune_, before.features, Features{});
  after.period.from = value_of(specified.from, prune_, before.period.from, Day::beginning());
  after.period.until = value_of(specified.until, prune_, before.period.until, Day::forever());
  return after;
}

Tree::Row Merge::apply(std::uint32_t patch, Tree::Row before) {
  if (patch >= applied_.size()) applied_.resize(document_.patches.size());
  Applied& applied = applied_[patch];
  if (applied.before == before) return applied.after;
  const GrantPatch& specified = document_.patches[patch];
  const Labels labels = value_of(specified.labels, prune_, tree_.labels(before), {});
  const Language language = value_of(specified.language, prune_, tree_.language(before), {});
  applied = {before, tree_.intern(apply(specified, tree_.grant(before)), labels, language)};
  return applied.after;
}

Tree::License Merge::license_from(const Document::License& specified, Tree::License before) {
  if (specified.type.value) {
    before.type = *specified.type.value;
  } else if (specified.type.is_said || prune_ == Prune::yes) {
    before.type = tree_.keep_type(kDefaultType);
  }
  before.grant = apply(specified.patch, before.grant);
  return before;
}

void Merge::merge_licenses() {
  NameIndex index{[&](Tree::Row row) {
    return std::pair{tree_.licenses()[row].group, tree_.licenses()[row].name.view()};
  }};
  const auto existing = static_cast<Tree::Row>(tree_.licenses().size());
  index.reserve(existing);
  for (Tree::Row row = 0; row < existing; ++row) index.insert(row);
  Tree::License fresh;
  fresh.type = tree_.keep_type(kDefaultType);
  fresh.grant = no_grant_;
  for (const Document::License& specified : document_.licenses) {
    const Tree::Row group = rows_[specified.group];
    const auto found = index.find(group, specified.name);
    if (!found) {
      fresh.name = specified.name;
      fresh.group = group;
      tree_.adopt_license(license_from(specified, fresh));
      license_fates_.push_back(RowFate::created);
      continue;
    }
    const Tree::License before = tree_.licenses()[*found];
    const Tree::License after = license_from(specified, before);
    const bool is_kept = after.type == before.type && after.grant == before.grant;
    license_fates_[*found] = is_kept ? RowFate::kept : RowFate::updated;
    if (is_kept) continue;
    licenses_before_.emplace(*found, before);
    tree_.license(*found) = after;
  }
}

void Merge::remove_unnamed() {
  for (Tree::Row row = 0; row < known_groups_; ++row) {
    Tree::Group& group = tree_.group(row);
    const bool is_below_removed = group.parent != Tree::kNone && tree_.groups()[group.parent].is_removed;
    if (group_fates_[row] != RowFate::left && !is_below_removed) continue;
    group.is_removed = true;
    group_fates_[row] = RowFate::removed;
  }
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (license_fates_[row] != RowFate::left) continue;
    if (tree_.licenses()[row].group == 0 && prune_top_ == Prune::no) continue;
    tree_.license(row).is_removed = true;
    license_fates_[row] = RowFate::removed;
  }
}

void Merge::add_member(const Tree::Member& member, RowFate fate) {
  const Tree::Row row = tree_.adopt_member(member);
  tree_.member(row).is_removed = fate == RowFate::removed;
  member_fates_.push_back(fate);
}

std::int64_t Merge::count_members_before() const {
  return std::count_if(member_fates_.begin(), member_fates_.end(),
                       [](RowFate fate) { return fate != RowFate::created; });
}

Counters Merge::count_removed() const {
  const auto count = [](const std::vector<RowFate>& fates) {
    return static_cast<std::int64_t>(std::count(fates.begin(), fates.end(), RowFate::removed));
  };
  Counters removed;
  removed.groups = count(group_fates_);
  removed.licenses = count(license_fates_);
  removed.memberships = count(member_fates_);
  return removed;
}

}  // namespace allot
