#include "libcore/engine/import_merge.hpp"

#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/model/name_index.hpp"

namespace allot {
namespace {

/// What a file says of a key: its value, the default where it is empty or was pruned, else what was before.
template <typename T, typename U>
T value_of(const Said<U>& said, Prune prune, const T& before, const T& standard) {
  if (said.value) return T(*said.value);
  return said.is_said || prune == Prune::yes ? standard : before;
}

}  // namespace

Merge::Merge(Tree tree, const Document& document, Prune prune, FindPerson find_person)
    : tree_(std::move(tree)),
      document_(document),
      prune_(prune),
      find_person_(std::move(find_person)),
      group_fates_(tree_.groups().size(), Fate::left),
      license_fates_(tree_.licenses().size(), Fate::left),
      member_fates_(tree_.members().size(), Fate::left) {
  merge_groups();
  merge_licenses();
  note_names();
  merge_members();
  if (prune_ == Prune::yes) remove_unnamed();
  settle_restrictions();
}

void Merge::merge_groups() {
  NameIndex index{[&](Tree::Row row) { return std::pair{tree_.groups()[row].parent, tree_.groups()[row].name}; }};
  const auto existing = static_cast<Tree::Row>(tree_.groups().size());
  for (Tree::Row row = 1; row < existing; ++row) index.insert(row);
  rows_.reserve(document_.groups.size());
  for (const Document::Group& said : document_.groups) {
    const bool is_top = rows_.empty();
    const Tree::Row parent = is_top ? Tree::kNone : rows_[said.parent];
    const auto found = is_top ? std::optional<Tree::Row>{0} : index.find(parent, said.name);
    if (!found) {
      rows_.push_back(tree_.add_group(parent, said.name, traits_from(said, GroupTraits{}), 0));
      group_fates_.push_back(Fate::created);
      continue;
    }
    rows_.push_back(*found);
    const GroupTraits before = tree_.groups()[*found].traits;
    GroupTraits after = traits_from(said, before);
    group_fates_[*found] = after == before ? Fate::kept : Fate::updated;
    if (after == before) continue;
    groups_before_.emplace(*found, before);
    tree_.group(*found).traits = std::move(after);
  }
}

/// Everything but a restriction that is left out, which `settle_restrictions` decides.
GroupTraits Merge::traits_from(const Document::Group& said, const GroupTraits& before) const {
  GroupTraits after = before;
  after.kind = value_of<std::string>(said.kind, prune_, before.kind, {});
  after.suspended = value_of(said.suspended, prune_, before.suspended, false);
  if (said.reminder.value) {
    after.reminder = said.reminder.value;
  } else if (said.reminder.is_said || prune_ == Prune::yes) {
    after.reminder.reset();
  }
  if (said.restriction.value) after.restriction = *said.restriction.value;
  return after;
}

Grant Merge::grant_from(const GrantPatch& said, const Grant& before) const {
  Grant after = prune_ == Prune::yes ? Grant{} : before;
  for (const auto& [id, count] : said.counts) after.counts.set(id, count);
  after.features = value_of(said.features, prune_, before.features, Features{});
  after.period.from = value_of(said.from, prune_, before.period.from, Day::beginning());
  after.period.until = value_of(said.until, prune_, before.period.until, Day::forever());
  return after;
}

License Merge::license_from(const Document::License& said, const License& before) const {
  License after = before;
  after.type = value_of<std::string>(said.type, prune_, before.type, std::string{kDefaultType});
  after.grant = grant_from(document_.patches[said.patch], before.grant);
  return after;
}

void Merge::merge_licenses() {
  NameIndex index{[&](Tree::Row row) { return std::pair{tree_.licenses()[row].group, tree_.licenses()[row].name}; }};
  const auto existing = static_cast<Tree::Row>(tree_.licenses().size());
  for (Tree::Row row = 0; row < existing; ++row) index.insert(row);
  for (const Document::License& said : document_.licenses) {
    const Tree::Row group = rows_[said.group];
    const auto found = index.find(group, said.name);
    if (!found) {
      License fresh;
      fresh.name = said.name;
      tree_.add_license(group, license_from(said, fresh));
      license_fates_.push_back(Fate::created);
      continue;
    }
    License before = tree_.license_at(*found);
    const License after = license_from(said, before);
    license_fates_[*found] = after == before ? Fate::kept : Fate::updated;
    if (after == before) continue;
    tree_.replace(*found, after);
    licenses_before_.emplace(*found, std::move(before));
  }
}

void Merge::note_names() {
  mentions_.reserve(document_.members.size());
  for (const Document::Member& said : document_.members) {
    Mention& mention = mentions_.try_emplace(said.folded_email, Mention{said.email, {}}).first->second;
    if (mention.name.empty() && said.name.value) mention.name = *said.name.value;
  }
}

/// The name that another membership of the user has: in the files, else in the store.
std::string_view Merge::name_elsewhere(const Document::Member& said, Person& person) const {
  const std::string_view name = mentions_.at(said.folded_email).name;
  if (!name.empty()) return name;
  person = find_person_(said.folded_email);
  return person.name;
}

Membership Merge::member_from(const Document::Member& said, const Membership& before) const {
  const GrantPatch& patch = document_.patches[said.patch];
  Membership after = before;
  Person person;
  const bool is_new = before.email.empty();
  if (is_new) {
    person = find_person_(said.folded_email);
    after.email = person.email.empty() ? std::string{mentions_.at(said.folded_email).email} : person.email;
  }
  if (said.name.value) {
    after.name = *said.name.value;
  } else if (is_new || said.name.is_said || prune_ == Prune::yes) {
    after.name = name_elsewhere(said, person);
  }
  after.role = value_of(said.role, prune_, before.role, Role::user);
  after.grant = grant_from(patch, before.grant);
  if (patch.features.is_said || prune_ == Prune::yes) after.inherits_features = !patch.features.value;
  return after;
}

void Merge::merge_members() {
  // E-mails compare without case: the index holds the rows of the tree by folded copies.
  TextArena folded;
  std::vector<std::string_view> keys;
  const auto existing = static_cast<Tree::Row>(tree_.members().size());
  keys.reserve(existing);
  for (Tree::Row row = 0; row < existing; ++row) keys.push_back(folded.keep(fold_ascii(tree_.members()[row].email)));
  NameIndex index{[&](Tree::Row row) { return std::pair{tree_.members()[row].group, keys[row]}; }};
  for (Tree::Row row = 0; row < existing; ++row) index.insert(row);
  for (const Document::Member& said : document_.members) {
    const Tree::Row group = rows_[said.group];
    const auto found = index.find(group, said.folded_email);
    if (!found) {
      tree_.add_member(group, member_from(said, Membership{}));
      member_fates_.push_back(Fate::created);
      continue;
    }
    Membership before = tree_.membership_at(*found);
    const Membership after = member_from(said, before);
    member_fates_[*found] = after == before ? Fate::kept : Fate::updated;
    if (after == before) continue;
    tree_.replace(*found, after);
    members_before_.emplace(*found, std::move(before));
  }
}

void Merge::remove_unnamed() {
  for (Tree::Row row = 0; row < tree_.groups().size(); ++row) {
    Tree::Group& group = tree_.group(row);
    const bool is_below_removed = group.parent != Tree::kNone && tree_.groups()[group.parent].is_removed;
    if (group_fates_[row] != Fate::left && !is_below_removed) continue;
    group.is_removed = true;
    group_fates_[row] = Fate::removed;
  }
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (license_fates_[row] != Fate::left) continue;
    tree_.license(row).is_removed = true;
    license_fates_[row] = Fate::removed;
  }
  for (Tree::Row row = 0; row < tree_.members().size(); ++row) {
    if (member_fates_[row] != Fate::left) continue;
    tree_.member(row).is_removed = true;
    member_fates_[row] = Fate::removed;
  }
}

void Merge::settle_restrictions() {
  std::vector<bool> gained(tree_.groups().size(), false);
  for (Tree::Row row = 0; row < tree_.licenses().size(); ++row) {
    if (license_fates_[row] == Fate::created) gained[tree_.licenses()[row].group] = true;
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Said<Restriction>& said = document_.groups[i].restriction;
    if (said.value) continue;
    const Tree::Row row = rows_[i];
    const Restriction before = tree_.groups()[row].traits.restriction;
    Restriction after = before;
    if (said.is_said || prune_ == Prune::yes || group_fates_[row] == Fate::created) {
      after = tree_.grants_of(row).empty() ? Restriction::none : Restriction::reserved;
    } else if (before == Restriction::none && gained[row]) {
      after = Restriction::reserved;
      newly_restricted_.push_back(row);
    }
    if (after == before) continue;
    if (group_fates_[row] == Fate::kept) {
      group_fates_[row] = Fate::updated;
      groups_before_.emplace(row, tree_.groups()[row].traits);
    }
    tree_.group(row).traits.restriction = after;
  }
}

}  // namespace allot
