#include "libcore/model/tree.hpp"

#include <functional>
#include <utility>

namespace allot {
namespace {

std::size_t hash_of(const Grant& grant) {
  std::size_t hash = 0;
  const auto mix = [&](std::size_t value) { hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL + (hash >> 29); };
  for (ResourceId id = 0; id < grant.counts.end(); ++id) mix(static_cast<std::size_t>(grant.counts[id]));
  for (FeatureId id = 0; id < grant.features.end(); ++id) mix(grant.features.has(id) ? id + 1 : 0);
  mix(static_cast<std::size_t>(grant.period.from.number()));
  mix(static_cast<std::size_t>(grant.period.until.number()));
  return hash;
}

/// Puts `row` at the end of the list from `first` to `last`, whose links are the `next` of `rows`.
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

Tree::Row Tree::intern(const Grant& grant) {
  const std::size_t hash = hash_of(grant);
  const auto [first, last] = grant_rows_.equal_range(hash);
  for (auto found = first; found != last; ++found) {
    if (grants_[found->second] == grant) return found->second;
  }
  const Row row = static_cast<Row>(grants_.size());
  grants_.push_back(grant);
  grant_rows_.emplace(hash, row);
  return row;
}

Tree::Row Tree::add_group(Row parent, std::string_view name, GroupTraits traits, std::int64_t id) {
  const Row row = static_cast<Row>(groups_.size());
  Group group;
  group.id = id;
  group.name = text_.keep(name);
  group.traits = std::move(traits);
  group.parent = parent;
  groups_.push_back(std::move(group));
  if (parent != kNone) append(groups_, groups_[parent].first_child, groups_[parent].last_child, row);
  return row;
}

Tree::Row Tree::add_license(Row group, const allot::License& license) {
  const Row row = static_cast<Row>(licenses_.size());
  License added;
  added.name = text_.keep(license.name);
  added.group = group;
  licenses_.push_back(added);
  append(licenses_, groups_[group].first_license, groups_[group].last_license, row);
  replace(row, license);
  return row;
}

Tree::Row Tree::add_member(Row group, const Membership& membership) {
  const Row row = static_cast<Row>(members_.size());
  Member added;
  added.email = text_.keep(membership.email);
  added.group = group;
  members_.push_back(added);
  append(members_, groups_[group].first_member, groups_[group].last_member, row);
  replace(row, membership);
  return row;
}

void Tree::replace(Row row, const allot::License& license) {
  licenses_[row].type = license.type == kDefaultType ? kDefaultType : text_.keep(license.type);
  licenses_[row].grant = intern(license.grant);
}

void Tree::replace(Row row, const Membership& membership) {
  Member& member = members_[row];
  member.name = text_.keep(membership.name);
  member.role = membership.role;
  member.inherits_features = membership.inherits_features;
  member.grant = intern(membership.grant);
}

allot::License Tree::license_at(Row row) const {
  const License& license = licenses_[row];
  return {std::string{license.name}, std::string{license.type}, grants_[license.grant]};
}

Membership Tree::membership_at(Row row) const {
  const Member& member = members_[row];
  return {std::string{member.email}, std::string{member.name}, member.role, member.inherits_features,
          grants_[member.grant]};
}

GrantList Tree::grants_of(Row group) const {
  GrantList grants;
  for_each_license(group, [&](Row row) { grants.push_back(&grants_[licenses_[row].grant]); });
  return grants;
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

std::vector<Tally> make_tallies(const Tree& tree, const Catalogue& catalogue) {
  const std::vector<Tree::Group>& groups = tree.groups();
  const auto resources = static_cast<ResourceId>(catalogue.counted().size());
  std::vector<Tally> tallies(groups.size());
  std::vector<TimelineBuilder> sums(resources);
  for (Tree::Row row = static_cast<Tree::Row>(groups.size()); row-- > 0;) {
    const auto add = [&](const Grant& grant) {
      for (ResourceId id = 0; id < grant.counts.end(); ++id) sums[id].add(grant.period, grant.counts[id]);
    };
    if (groups[row].is_removed) continue;
    tree.for_each_member(row, [&](Tree::Row member) { add(tree.grant(tree.members()[member].grant)); });
    tree.for_each_child(row, [&](Tree::Row child) {
      if (groups[child].traits.restriction == Restriction::reserved) {
        for (const Grant* grant : tree.grants_of(child)) add(*grant);
      } else {
        for (ResourceId id = 0; id < tallies[child].end(); ++id) sums[id].add(tallies[child][id]);
      }
    });
    for (ResourceId id = 0; id < resources; ++id) {
      if (!sums[id].is_empty()) tallies[row].edit(id) = sums[id].build();
    }
  }
  return tallies;
}

Tally taken_by(const Tree& tree, const std::vector<Tally>& tallies, Tree::Row group, const Catalogue& catalogue) {
  if (tree.groups()[group].traits.restriction != Restriction::reserved) return tallies[group];
  return Offer::of(tree.grants_of(group), nullptr, catalogue).limits;
}

}  // namespace allot
