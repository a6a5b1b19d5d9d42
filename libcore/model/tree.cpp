#include "libcore/model/tree.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace allot {
namespace {

/// Ignores resources without steps at the end.
std::uint32_t hash_of(const Usage& usage) {
  Hasher hasher;
  for (ResourceId id = 0; id < usage.end(); ++id) {
    for (const Timeline::Step& step : usage[id].steps()) {
      hasher.add((std::uint64_t{id} << 32) | static_cast<std::uint32_t>(step.from.number()));
      hasher.add(static_cast<std::uint64_t>(step.value));
    }
  }
  return hasher.result();
}

std::uint32_t hash_of(const GroupTraits& traits) {
  const std::hash<std::string_view> hash;
  Hasher hasher;
  hasher.add(hash(traits.kind));
  hasher.add((static_cast<std::uint64_t>(traits.restriction) << 1) | (traits.suspended ? 1U : 0U));
  hasher.add(hash(traits.labels.text()));
  hasher.add(hash(traits.language.text()));
  if (traits.reminder) {
    for (const std::int16_t days : traits.reminder->before.days()) hasher.add(static_cast<std::uint64_t>(days));
    hasher.add((static_cast<std::uint64_t>(traits.reminder->repeat) << 1) | (traits.reminder->users ? 1U : 0U));
    hasher.add(static_cast<std::uint64_t>(traits.reminder->low));
  }
  return hasher.result();
}

void add(const Grant& grant, std::vector<TimelineBuilder>& sums) {
  for (ResourceId id = 0; id < grant.counts.end(); ++id) sums[id].add(grant.period, grant.counts[id]);
}

/// Returns the sums and clears the builders.
Usage build(std::vector<TimelineBuilder>& sums) {
  Usage usage;
  for (ResourceId id = 0; id < sums.size(); ++id) {
    if (!sums[id].is_empty()) sums[id].build(usage.edit(id));
  }
  return usage;
}

/// Appends `row` to the list from `first` to `last`, linked by the `next` of `rows`.
template <typename Rows>
void append(Rows& rows, Tree::Row& first, Tree::Row& last, Tree::Row row) {
  if (first == Tree::kNone) {
    first = row;
  } else {
    rows[last].next = row;
  }
  last = row;
}

}  // namespace

std::uint32_t Tree::hash_of(const LabelledGrant& contents) {
  const Grant& grant = contents.grant;
  Hasher hasher;
  for (ResourceId id = 0; id < grant.counts.end(); ++id) hasher.add(static_cast<std::uint64_t>(grant.counts[id]));
  for (FeatureId id = 0; id < grant.features.end(); ++id) hasher.add(grant.features.has(id) ? id + 1 : 0);
  hasher.add(static_cast<std::uint64_t>(grant.period.from.number()));
  hasher.add(static_cast<std::uint64_t>(grant.period.until.number()));
  hasher.add(std::hash<std::string_view>{}(contents.labels.text()));
  hasher.add(std::hash<std::string_view>{}(contents.language.text()));
  return hasher.result();
}

Tree::Row Tree::intern(const Grant& grant, const Labels& labels, const Language& language) {
  const LabelledGrant contents{grant, labels, language};
  return grant_index_.find_or_add(grants_, contents, hash_of(contents));
}

ShortText Tree::keep_type(std::string_view text) {
  if (text != kDefaultType) return text_.keep_short(text);
  if (default_type_.empty()) default_type_ = text_.keep_short(kDefaultType);
  return default_type_;
}

Tree::Row Tree::intern(const GroupTraits& traits) {
  return traits_index_.find_or_add(traits_, traits, allot::hash_of(traits));
}

Tree::Row Tree::add_group(Row parent, std::string_view name, const GroupTraits& traits, std::int64_t id) {
  const Row row = adopt_group(parent, text_.keep_short(name), traits);
  groups_[row].id = id;
  return row;
}

Tree::Row Tree::adopt_group(Row parent, ShortText name, const GroupTraits& traits) {
  const Row row = static_cast<Row>(groups_.size());
  Group& group = groups_.emplace_back();
  group.name = name;
  group.traits = intern(traits);
  group.parent = parent;
  if (parent != kNone) append(groups_, groups_[parent].first_child, groups_[parent].last_child, row);
  return row;
}

Tree::Row Tree::add_license(Row group, const LicenseView& license) {
  License added;
  added.name = text_.keep_short(license.name);
  added.group = group;
  const Row row = adopt_license(added);
  replace(row, license);
  return row;
}

Tree::Row Tree::adopt_license(const License& item) {
  const Row row = static_cast<Row>(licenses_.size());
  licenses_.push_back(item);
  append(licenses_, groups_[item.group].first_license, groups_[item.group].last_license, row);
  return row;
}

Tree::Row Tree::add_member(Row group, const MembershipView& membership) {
  Member added;
  added.email = text_.keep_short(membership.email);
  added.group = group;
  const Row row = adopt_member(added);
  replace(row, membership);
  return row;
}

Tree::Row Tree::adopt_member(const Member& item) {
  const Row row = static_cast<Row>(members_.size());
  members_.push_back(item);
  append(members_, groups_[item.group].first_member, groups_[item.group].last_member, row);
  return row;
}

void Tree::replace(Row row, const LicenseView& license) {
  licenses_[row].type = keep_type(license.type);
  licenses_[row].grant = intern(license.grant, license.labels, {});
}

void Tree::replace(Row row, const MembershipView& membership) {
  Member& member = members_[row];
  member.name = text_.keep_short(membership.name);
  member.role = membership.role;
  member.inherits_features = membership.inherits_features;
  member.grant = intern(membership.grant, membership.labels, membership.language);
}

LicenseView Tree::view(const License& license) const {
  return {license.name, license.type, grant(license.grant), labels(license.grant)};
}

MembershipView Tree::view(const Member& member) const {
  return {member.email,        member.name,          member.role,           member.inherits_features,
          grant(member.grant), labels(member.grant), language(member.grant)};
}

allot::License Tree::license_at(Row row) const { return license_view(row).copy(); }

Membership Tree::membership_at(Row row) const { return membership_view(row).copy(); }

GrantList Tree::grants_of(Row group) const {
  GrantList grants;
  for_each_license(group, [&](Row row) { grants.push_back(&grant(licenses_[row].grant)); });
  return grants;
}

std::int64_t Tree::count_children(Row group) const {
  std::int64_t count = 0;
  for_each_child(group, [&](Row) { ++count; });
  return count;
}

std::int64_t Tree::count_members(Row group) const {
  std::int64_t count = 0;
  for_each_member(group, [&](Row) { ++count; });
  return count;
}

std::size_t Tree::depth() const {
  std::vector<std::size_t> depths(groups_.size(), 0);
  std::size_t deepest = 0;
  for (std::size_t row = 1; row < depths.size(); ++row) {
    depths[row] = depths[groups_[row].parent] + 1;
    deepest = std::max(deepest, depths[row]);
  }
  return deepest;
}

std::string Tree::path_of(Row group, const std::string& top) const {
  if (groups_[group].parent == kNone) return top;
  std::vector<std::string_view> names;
  for (; groups_[group].parent != kNone; group = groups_[group].parent) names.push_back(groups_[group].name);
  std::string path = top == "/" ? std::string{} : top;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    path += '/';
    path += *name;
  }
  return path;
}

Usages::Usages(const Tree& tree, const Catalogue& catalogue)
    : tree_(tree), resources_(static_cast<ResourceId>(catalogue.counted().size())), places_(tree.groups().size()) {
  DistinctIndex<Usage> index;
  std::vector<TimelineBuilder> sums(resources_);
  for (Tree::Row row = static_cast<Tree::Row>(places_.size()); row-- > 0;) {
    if (tree.groups()[row].is_removed || !has_children(row)) continue;
    add_members(row, sums);
    add_children(row, sums);
    const Usage usage = build(sums);
    places_[row] = index.find_or_add(distinct_, usage, hash_of(usage));
  }
}

Usage Usages::operator[](Tree::Row group) const {
  if (tree_.groups()[group].is_removed) return {};
  if (has_children(group)) return distinct_[places_[group]];
  std::vector<TimelineBuilder> sums(resources_);
  add_members(group, sums);
  return build(sums);
}

void Usages::add_members(Tree::Row group, std::vector<TimelineBuilder>& sums) const {
  tree_.for_each_member(group, [&](Tree::Row member) { add(tree_.grant(tree_.members()[member].grant), sums); });
}

void Usages::add_children(Tree::Row group, std::vector<TimelineBuilder>& sums) const {
  tree_.for_each_child(group, [&](Tree::Row child) {
    if (tree_.restriction(child) == Restriction::reserved) {
      tree_.for_each_license(child,
                             [&](Tree::Row license) { add(tree_.grant(tree_.licenses()[license].grant), sums); });
    } else if (has_children(child)) {
      const Usage& below = distinct_[places_[child]];
      for (ResourceId id = 0; id < below.end(); ++id) sums[id].add(below[id]);
    } else {
      add_members(child, sums);
    }
  });
}

std::vector<std::int64_t> count_ceilings(const Tree& tree) {
  std::vector<std::int64_t> ceilings(tree.groups().size(), 0);
  for (Tree::Row row = static_cast<Tree::Row>(ceilings.size()); row-- > 1;) {
    const Tree::Group& group = tree.groups()[row];
    if (!group.is_removed) ceilings[group.parent] += pass_ceilings(tree.restriction(row), ceilings[row]);
  }
  return ceilings;
}

Usage used_by(const Tree& tree, const Usages& usages, Tree::Row group, const Catalogue& catalogue) {
  if (tree.restriction(group) != Restriction::reserved) return usages[group];
  return Capacity::of(tree.grants_of(group), nullptr, catalogue).limits;
}

}  // namespace allot
