#include "libcore/import/member_merge.hpp"

#include <algorithm>
#include <numeric>

#include "libcore/base/text.hpp"
#include "libcore/model/name_index.hpp"

namespace allot {
namespace {

using RowFate = Merge::RowFate;

/// The number of members that are merged together, with all others of their groups: enough to keep a server busy.
constexpr std::size_t kMembersTogether = 4096;
/// The number of groups whose members are announced together.
constexpr std::size_t kGroupsTogether = 1000;
/// The number of new users that are announced together.
constexpr std::size_t kPeopleTogether = 100;

std::vector<std::uint32_t> numbers_below(std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

}  // namespace

MemberMerge::MemberMerge(Write& write, const Document& document, Merge& merge, ImportPermissions& permissions,
                         ImportSaving& saving)
    : write_(write),
      rows_(write.rows()),
      document_(document),
      merge_(merge),
      tree_(merge.tree()),
      permissions_(permissions),
      saving_(saving),
      people_(rows_, write.today(), write.authorizer().actor(), write.authorizer().scope()),
      has_users_(rows_.has_users()),
      user_names_([this](const UserNameIndex::Visit& visit) { for_each_named(visit); }, document.has_capital_email),
      is_merged_(merge.known_groups(), false) {}

void MemberMerge::take(Document& document) {
  merge_all(document.members, numbers_below(document.members.size()), Reading::partly);
  document.members.clear();
}

void MemberMerge::finish(Document& document) {
  taken_ = tree_.members().size();
  runs_.emplace_back(later_.size(), taken_);
  if (later_.empty()) {
    later_ = std::move(document.members);
  } else {
    for (const Document::Member& member : document.members) later_.push_back(member);
  }
  document.members.clear();
  std::vector<std::uint32_t> order = numbers_below(later_.size());
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return merge_.row_of(later_[a].group) < merge_.row_of(later_[b].group);
  });
  merge_all(later_, order, Reading::completely);
  later_.clear();
  if (has_users_) add_unnamed_groups();
}

/// Merges `members`, of which those of a group follow each other in `order`.
void MemberMerge::merge_all(const Rows<Document::Member>& members, const std::vector<std::uint32_t>& order,
                            Reading reading) {
  std::vector<Batch> batches;
  std::size_t count = 0;
  for (const std::uint32_t at : order) {
    const Tree::Row group = merge_.row_of(members[at].group);
    if (batches.empty() || batches.back().group != group) {
      if (count >= kMembersTogether) {
        merge(batches, reading);
        batches.clear();
        count = 0;
      }
      batches.emplace_back().group = group;
    }
    batches.back().specified.push_back(&members[at]);
    ++count;
  }
  merge(batches, reading);
}

void MemberMerge::merge(std::vector<Batch>& batches, Reading reading) {
  load(batches);
  new_users_.clear();
  next_new_user_ = 0;
  for (Batch& batch : batches) {
    match(batch);
    batch.is_for_later = reading == Reading::partly && depends_on_rest(batch);
    if (batch.is_for_later || !has_users_) continue;
    for (std::size_t i = 0; i < batch.specified.size(); ++i) {
      if (batch.found[i] == kNew) new_users_.push_back(batch.specified[i]->email);
    }
  }
  for (const Batch& batch : batches) batch.is_for_later ? keep_for_later(batch) : merge(batch);
  insert();
}

/// Reads the members that the groups have in the store.
void MemberMerge::load(std::vector<Batch>& batches) {
  if (!has_users_) return;
  std::vector<GroupId> known;
  for (const Batch& batch : batches) {
    if (merge_.is_known(batch.group)) known.push_back(tree_.groups()[batch.group].id);
  }
  rows_.expect_members(known);
  for (Batch& batch : batches) {
    if (!merge_.is_known(batch.group)) continue;
    rows_.for_each_member(tree_.groups()[batch.group].id,
                          [&](const MembershipView& member) { batch.existing.push_back(member.copy()); });
  }
}

void MemberMerge::match(Batch& batch) const {
  batch.found.assign(batch.specified.size(), kNew);
  if (batch.existing.empty()) return;
  const auto key_of = [&](std::uint32_t row) {
    return std::pair{std::uint32_t{0}, std::string_view{batch.existing[row].email}};
  };
  NameIndex<decltype(key_of), Case::folded> index{key_of};
  for (std::uint32_t row = 0; row < batch.existing.size(); ++row) index.insert(row);
  for (std::size_t i = 0; i < batch.specified.size(); ++i) {
    batch.found[i] = index.find(0, batch.specified[i]->email).value_or(kNew);
  }
}

/// Returns whether members of the group need what may follow in the file: entries of the catalogue, the name of a user
/// or its first spelling. A change that is not permitted waits too, as the problems of the file are reported first, and
/// so do the actor's own memberships, which decide what it may do.
bool MemberMerge::depends_on_rest(const Batch& batch) {
  if (document_.has_capital_email || !permissions_.allows(batch.group, Permission::inside)) return true;
  const Catalogue& known = write_.catalogue();
  for (std::size_t i = 0; i < batch.specified.size(); ++i) {
    const Document::Member& specified = *batch.specified[i];
    if (people_.actor() && equals_folded(*people_.actor(), specified.email)) return true;
    const bool has_old_name = batch.found[i] != kNew && !specified.is_name_said && merge_.prune() == Prune::no;
    if (!specified.has_name && !has_old_name) return true;
    const GrantPatch& patch = document_.patches[specified.patch];
    if (!patch.counts.empty() && patch.counts.back().first >= known.counted().size()) return true;
    if (patch.features.value && patch.features.value->end() > known.features().size()) return true;
  }
  return false;
}

void MemberMerge::keep_for_later(const Batch& batch) {
  runs_.emplace_back(later_.size(), tree_.members().size());
  for (const Document::Member* const member : batch.specified) later_.push_back(*member);
}

void MemberMerge::merge(const Batch& batch) {
  if (merge_.is_known(batch.group)) is_merged_[batch.group] = true;
  std::vector<bool> is_named(batch.existing.size(), false);
  for (std::size_t i = 0; i < batch.specified.size(); ++i) {
    saving_.step();
    if (batch.found[i] == kNew) {
      create(batch.group, *batch.specified[i]);
    } else {
      is_named[batch.found[i]] = true;
      update(batch.group, *batch.specified[i], batch.existing[batch.found[i]]);
    }
  }
  for (std::size_t i = 0; i < batch.existing.size(); ++i) {
    if (!is_named[i]) add_unnamed(batch.group, batch.existing[i]);
  }
}

void MemberMerge::create(Tree::Row group, const Document::Member& specified) {
  permissions_.require(group, Permission::inside);
  Tree::Member member;
  member.group = group;
  if (specified.has_name) member.name = specified.name;
  std::string_view name = specified.name;
  if (has_users_) {
    announce_new_user();
    const Person person = find_user(specified.email);
    if (!person.email.empty()) member.email = tree_.keep(person.email);
  }
  if (member.email.empty()) member.email = user_names_.first_email(specified.email);
  if (!specified.has_name) name = name_of(specified);
  member.role = specified.role.value.value_or(Role::user);
  member.grant = merge_.apply(specified.patch, merge_.no_grant());
  const Specified<Features>& features = document_.patches[specified.patch].features;
  member.inherits_features = !features.value;
  merge_.add_member(member, RowFate::created);
  saving_.touch(group);
  fresh_.push_back({saving_.id_of(group),
                    {member.email, name, member.role, member.inherits_features, tree_.grant(member.grant),
                     tree_.labels(member.grant), tree_.language(member.grant)}});
  fresh_groups_.push_back(group);
}

void MemberMerge::update(Tree::Row group, const Document::Member& specified, const Membership& before) {
  Tree::Member member;
  member.group = group;
  member.email = specified.email == std::string_view{before.email} ? specified.email : tree_.keep(before.email);
  if (specified.has_name) member.name = specified.name;
  std::string_view name = specified.name;
  const Prune prune = merge_.prune();
  if (!specified.has_name) {
    const bool is_kept = !specified.is_name_said && prune == Prune::no;
    name = is_kept ? std::string_view{before.name} : name_of(specified);
  }
  member.role = value_of(specified.role, prune, before.role, Role::user);
  const Tree::Row grant_before = tree_.intern(before.grant, before.labels, before.language);
  member.grant = merge_.apply(specified.patch, grant_before);
  const Specified<Features>& features = document_.patches[specified.patch].features;
  member.inherits_features = features.is_said || prune == Prune::yes ? !features.value : before.inherits_features;
  const bool is_kept = name == before.name && member.role == before.role && member.grant == grant_before &&
                       member.inherits_features == before.inherits_features;
  merge_.add_member(member, is_kept ? RowFate::kept : RowFate::updated);
  if (is_kept) return write_.changes().keep(What::membership);
  permissions_.require(group, Permission::inside);
  saving_.touch(group);
  const MembershipView after{member.email,
                             name,
                             member.role,
                             member.inherits_features,
                             tree_.grant(member.grant),
                             tree_.labels(member.grant),
                             tree_.language(member.grant)};
  write_.changes().update_membership(permissions_.authorization(), saving_.id_of(group), after, [&] {
    return Change{Op::update, What::membership, saving_.path_of(group), before.email, before, after.copy()};
  });
}

/// Adds a member that the document does not name.
void MemberMerge::add_unnamed(Tree::Row group, const MembershipView& member) {
  Tree::Member added;
  added.group = group;
  added.email = tree_.keep(member.email);
  added.role = member.role;
  added.inherits_features = member.inherits_features;
  added.grant = tree_.intern(member.grant, member.labels, member.language);
  if (merge_.prune() == Prune::no) return merge_.add_member(added, RowFate::left);
  permissions_.require(group, Permission::inside);
  saving_.touch(group);
  added.name = tree_.keep(member.name);
  merge_.add_member(added, RowFate::removed);
}

/// Adds the members of the groups for which the document has no members; those of many groups in one pass over all.
void MemberMerge::add_unnamed_groups() {
  std::vector<std::pair<GroupId, Tree::Row>> groups;
  for (Tree::Row row = 0; row < merge_.known_groups(); ++row) {
    if (!is_merged_[row]) groups.emplace_back(tree_.groups()[row].id, row);
  }
  std::sort(groups.begin(), groups.end());
  if (tree_.groups()[0].id == kRootGroup && groups.size() > kGroupsTogether) {
    rows_.for_each_membership([&](GroupId id, const MembershipView& member) {
      const auto group = std::lower_bound(groups.begin(), groups.end(), std::pair{id, Tree::Row{0}});
      if (group != groups.end() && group->first == id) add_unnamed(group->second, member);
    });
    return;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i % kGroupsTogether == 0) {
      std::vector<GroupId> ids;
      for (std::size_t next = i; next < std::min(i + kGroupsTogether, groups.size()); ++next) {
        ids.push_back(groups[next].first);
      }
      rows_.expect_members(ids);
    }
    rows_.for_each_member(groups[i].first,
                          [&](const MembershipView& member) { add_unnamed(groups[i].second, member); });
  }
}

void MemberMerge::insert() {
  write_.changes().insert_memberships(permissions_.authorization(), fresh_, [&](std::size_t i) {
    const Membership member = fresh_[i].membership.copy();
    return Change{Op::create, What::membership, saving_.path_of(fresh_groups_[i]), member.email, {}, member};
  });
  fresh_.clear();
  fresh_groups_.clear();
}

/// Announces the next new users, if those announced before were looked up.
void MemberMerge::announce_new_user() {
  if (next_new_user_ % kPeopleTogether == 0) {
    const std::size_t end = std::min(next_new_user_ + kPeopleTogether, new_users_.size());
    for (std::size_t i = next_new_user_; i < end; ++i) rows_.expect_user(new_users_[i]);
  }
  ++next_new_user_;
}

/// Returns the name of a user for whom the document specifies none here.
std::string_view MemberMerge::name_of(const Document::Member& specified) {
  const ShortText name = user_names_.first_name(specified.email);
  if (!name.empty() || !has_users_) return name;
  return tree_.keep(find_user(specified.email).name);
}

Person MemberMerge::find_user(std::string_view email) {
  Person person;
  for (const auto& [group, membership] : people_.memberships_of(email)) {
    if (person.email.empty()) person.email = membership.email;
    if (person.name.empty()) person.name = membership.name;
  }
  return person;
}

/// Visits the users that the document names, in its order.
void MemberMerge::for_each_named(const UserNameIndex::Visit& visit) const {
  std::size_t row = 0;
  const auto visit_taken = [&](std::size_t end) {
    for (; row < end; ++row) {
      const RowFate fate = merge_.fate_of_member(static_cast<Tree::Row>(row));
      const Tree::Member& member = tree_.members()[row];
      if (fate != RowFate::left && fate != RowFate::removed) visit(member.email, member.name);
    }
  };
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    visit_taken(runs_[run].second);
    const std::size_t end = run + 1 < runs_.size() ? runs_[run + 1].first : later_.size();
    for (std::size_t i = runs_[run].first; i < end; ++i) visit(later_[i].email, later_[i].name);
  }
  visit_taken(taken_);
}

}  // namespace allot
