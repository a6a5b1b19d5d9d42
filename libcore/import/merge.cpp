#include "libcore/import/merge.hpp"

#include <algorithm>
#include <utility>

#include "libcore/model/name_index.hpp"

namespace allot {
namespace {

/// The number of memberships of which the users are announced together.
constexpr std::size_t kPeopleAtOnce = 100;

/// Returns the specified value of a key; the default if the value is empty or was pruned; else the value before.
template <typename T, typename U>
T value_of(const Specified<U>& specified, Prune prune, const T& before, const T& standard) {
  if (specified.value) return T(*specified.value);
  return specified.is_said || prune == Prune::yes ? standard : before;
}

}  // namespace

Merge::Merge(Tree tree, const Document& document, Prune prune, TopGroup top, People people)
    : tree_(std::move(tree)),
      document_(document),
      prune_(prune),
      prune_top_(top == TopGroup::left ? Prune::no : prune),
      people_(std::move(people)),
      user_names_(document),
      group_fates_(tree_.groups().size(), RowFate::left),
      license_fates_(tree_.licenses().size(), RowFate::left),
      member_fates_(tree_.members().size(), RowFate::left),
      applied_(document.patches.size()),
      no_grant_(tree_.intern(Grant{}, Labels{}, Language{})) {
  merge_groups();
  merge_licenses();
  merge_members();
  if (prune_ == Prune::yes) remove_unnamed();
  settle_restrictions();
}

void Merge::merge_groups() {
  NameIndex index{[&](Tree::Row row) {
    return std::pair{tree_.groups()[row].parent, tree_.groups()[row].name.view()};
  }};
  const auto existing = static_cast<Tree::Row>(tree_.groups().size());
  index.reserve(existing);
  for (Tree::Row row = 1; row < existing; ++row) index.insert(row);
  group_fates_.reserve(existing + document_.groups.size());
  rows_.reserve(document_.groups.size());
  for (const Document::Group& specified : document_.groups) {
    const TraitsPatch& patch = document_.traits_patches[specified.patch];
    const bool is_top = rows_.empty();
    const Tree::Row parent = is_top ? Tree::kNone : rows_[specified.parent];
    // A group that was just created has no children in the tree.
    const bool is_known = is_top || parent < existing;
    const auto found = is_top     ? std::optional<Tree::Row>{0}
                       : is_known ? index.find(parent, specified.name)
                                  : std::nullopt;
    if (!found) {
      rows_.push_back(tree_.adopt_group(parent, specified.name, traits_from(patch, GroupTraits{}, prune_)));
      group_fates_.push_back(RowFate::created);
      continue;
    }
    rows_.push_back(*found);
    const GroupTraits& before = tree_.traits(*found);
    const GroupTraits after = traits_from(patch, before, is_top ? prune_top_ : prune_);
    group_fates_[*found] = after == before ? RowFate::kept : RowFate::updated;
    if (after == before) continue;
    groups_before_.emplace(*found, before);
    tree_.set_traits(*found, after);
  }
}

/// Returns all traits except an omitted restriction, which `settle_restrictions` sets.
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

/// Returns the row of the grant, labels and language that result from applying a patch to those at `before`.
Tree::Row Merge::grant_from(std::uint32_t patch, Tree::Row before) {
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
  before.grant = grant_from(specified.patch, before.grant);
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

/// Returns the row that results from applying `specified` to the row `before`, or a new row if that is null.
Tree::Member Merge::member_from(const Document::Member& specified, const Tree::Member* before) {
  Tree::Member after;
  Person person;
  if (before != nullptr) {
    after = *before;
  } else {
    after.grant = no_grant_;
    person = people_.find(specified.email);
    after.email = person.email.empty() ? user_names_.first_email(specified.email) : tree_.keep(person.email);
  }
  if (specified.has_name) {
    after.name = specified.name;
  } else if (before == nullptr || specified.is_name_said || prune_ == Prune::yes) {
    after.name = user_names_.first_name(specified.email);
    if (after.name.empty()) {
      if (before != nullptr) person = people_.find(specified.email);
      after.name = tree_.keep(person.name);
    }
  }
  after.role = value_of(specified.role, prune_, after.role, Role::user);
  after.grant = grant_from(specified.patch, after.grant);
  const Specified<Features>& features = document_.patches[specified.patch].features;
  if (features.is_said || prune_ == Prune::yes) after.inherits_features = !features.value;
  return after;
}

void Merge::merge_members() {
  const auto key_of = [&](Tree::Row row) {
    return std::pair{tree_.members()[row].group, tree_.members()[row].email.view()};
  };
  NameIndex<decltype(key_of), Case::folded> index{key_of};
  const auto existing = static_cast<Tree::Row>(tree_.members().size());
  index.reserve(existing);
  for (Tree::Row row = 0; row < existing; ++row) index.insert(row);
  member_fates_.reserve(existing + document_.members.size());
  const auto expect_from = [&](std::size_t first) {
    for (std::size_t i = first; i < std::min(first + kPeopleAtOnce, document_.members.size()); ++i) {
      const Document::Member& next = document_.members[i];
      if (!index.find(rows_[next.group], next.email)) people_.expect(next.email);
    }
  };
  for (std::size_t i = 0; i < document_.members.size(); ++i) {
    if (people_.expect && i % kPeopleAtOnce == 0) expect_from(i);
    const Document::Member& specified = document_.members[i];
    const Tree::Row group = rows_[specified.group];
    const auto found = index.find(group, specified.email);
    if (!found) {
      Tree::Member fresh = member_from(specified, nullptr);
      fresh.group = group;
      tree_.adopt_member(fresh);
      member_fates_.push_back(RowFate::created);
      continue;
    }
    const Tree::Member before = tree_.members()[*found];
    const Tree::Member after = member_from(specified, &before);
    const bool is_kept = after.name == before.name && after.role == before.role && after.grant == before.grant &&
                         after.inherits_features == before.inherits_features;
    member_fates_[*found] = is_kept ? RowFate::kept : RowFate::updated;
    if (is_kept) continue;
    members_before_.emplace(*found, before);
    tree_.member(*found) = after;
  }
}

void Merge::remove_unnamed() {
  for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
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
  for (Tree::Row row = 0; row < tree_.members().size(); ++row) {
    if (member_fates_[row] != RowFate::left) continue;
    tree_.member(row).is_removed = true;
    member_fates_[row] = RowFate::removed;
  }
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

void Merge::settle_restrictions() {
  std::vector<bool> gained(tree_.groups().size(), false);
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (license_fates_[row] == RowFate::created) gained[tree_.licenses()[row].group] = true;
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Specified<Restriction>& specified = document_.traits_patches[document_.groups[i].patch].restriction;
    if (specified.value) continue;
    const Tree::Row row = rows_[i];
    const Restriction before = tree_.restriction(row);
    Restriction after = before;
    const Prune prune = row == 0 ? prune_top_ : prune_;
    if (specified.is_said || prune == Prune::yes || group_fates_[row] == RowFate::created) {
      after = tree_.grants_of(row).empty() ? Restriction::none : Restriction::reserved;
    } else if (before == Restriction::none && gained[row]) {
      after = Restriction::reserved;
      newly_restricted_.push_back(row);
    }
    if (after == before) continue;
    if (group_fates_[row] == RowFate::kept) {
      group_fates_[row] = RowFate::updated;
      groups_before_.emplace(row, tree_.traits(row));
    }
    GroupTraits traits = tree_.traits(row);
    traits.restriction = after;
    tree_.set_traits(row, traits);
  }
}

}  // namespace allot
