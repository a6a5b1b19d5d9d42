#include "libcore/edit/renewal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/access/holders.hpp"
#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/figures_update.hpp"
#include "libcore/model/in_force.hpp"

namespace allot {
namespace {

/// The largest number of renewed items whose groups are checked one by one; more are checked as one subtree.
constexpr std::size_t kMostChecked = 1000;

/// The largest number of licences that an error names.
constexpr std::size_t kMostNamed = 10;

constexpr const char* kSayEnd = "say which end is renewed with --ends DATE";

Tree load_group(Snapshot& rows, const PathNode& group) {
  Tree tree;
  tree.add_group(Tree::kNone, group.name, group.traits, group.id);
  for (const License& license : group.licenses) tree.add_license(0, license);
  rows.for_each_member(group.id, [&](const MembershipView& member) { tree.add_member(0, member); });
  return tree;
}

std::string describe_end(Day until) { return until.is_finite() ? until.to_string() : "open"; }

}  // namespace

void renew_licenses(Write& write, const RenewOptions& options) { Renewal{write, options}.run(); }

Renewal::Renewal(Write& write, const RenewOptions& options)
    : write_(write),
      options_(options),
      target_(write.ancestors_of(options.path)),
      tree_(options.recursive == Recursive::yes ? load_tree(write.rows(), target_.back().id, write.progress())
                                                : load_group(write.rows(), target_.back())) {
  access_.push_back(target_.back().access);
  const auto scope = write.authorizer().scope();
  for (Tree::Row row = 1; row < tree_.groups().size(); ++row) {
    const Tree::Group& group = tree_.groups()[row];
    access_.push_back(scope->access_in(group.id, access_[group.parent]));
  }
}

void Renewal::run() {
  const auto& own = target_.back().licenses;
  if (options_.name && std::none_of(own.begin(), own.end(), [&](const License& each) { return is_meant(each, 0); })) {
    throw no_such_license(target_, *options_.name);
  }
  if (!options_.ends) require(0, Permission::group);  // the licences that determine the end are renewed
  const Day end = options_.ends ? *options_.ends : find_end();
  write_.leave({});
  select(0, end);
  const Authorization authorization = require_permissions();
  require_later(end);
  if (licenses_.empty() && members_.empty()) {
    throw Error::not_found(fmt::format("nothing in {} ends on {}", target_.path(), end.to_string()),
                           "`allot license list` shows when licences end");
  }
  apply(authorization);
}

bool Renewal::is_meant(const License& license, Tree::Row group) const {
  return group != 0 || !options_.name || license.name == *options_.name;
}

/// Returns the end that the active licences of the target share; throws not_found if they do not.
Day Renewal::find_end() const {
  const PathNode& group = target_.back();
  std::vector<std::pair<Day, std::string>> ends;
  for (const License& license : group.licenses) {
    if (!is_meant(license, 0)) continue;
    if (status_on(write_.today(), license, group.traits.restriction) != Status::active) continue;
    ends.emplace_back(license.grant.period.until, license.name);
  }
  const std::string path = target_.path();
  if (ends.empty()) {
    throw Error::not_found(options_.name ? fmt::format("{} is not active", describe_license(path, *options_.name))
                                         : fmt::format("{} has no active license", path),
                           kSayEnd);
  }
  const bool is_shared =
      std::all_of(ends.begin(), ends.end(), [&](const auto& each) { return each.first == ends.front().first; });
  if (is_shared && ends.front().first.is_finite()) return ends.front().first;
  if (is_shared) {
    throw Error::not_found(
        fmt::format("the end of {} is open", ends.size() == 1 ? describe_license(path, ends.front().second)
                                                              : fmt::format("the active licenses of {}", path)),
        "an open end is not renewed: it is that of the group above");
  }
  std::vector<std::string> named;
  for (const auto& [until, name] : ends) {
    if (named.size() < kMostNamed) named.push_back(fmt::format("{} {}", quote(name), describe_end(until)));
  }
  if (ends.size() > named.size()) named.push_back(fmt::format("and {} more", ends.size() - named.size()));
  throw Error::not_found(fmt::format("the active licenses of {} have different ends: {}", path, fmt::join(named, ", ")),
                         kSayEnd);
}

/// Selects what ends on `end` in a group and the groups below it, in path order; the rest is reported as left.
void Renewal::select(Tree::Row group, Day end) {
  const std::string path = path_of(group);
  tree_.for_each_license(group, [&](Tree::Row row) {
    License license = tree_.license_at(row);
    if (!is_meant(license, group)) return;
    const Day until = license.grant.period.until;
    if (until != end) return write_.leave({{What::license, path, license.name, until}});
    licenses_.push_back({group, std::move(license)});
  });
  tree_.for_each_member(group, [&](Tree::Row row) {
    if (options_.with_users == WithUsers::no) return;
    Membership member = tree_.membership_at(row);
    const Day until = member.grant.period.until;
    if (until != end) return write_.leave({{What::membership, path, member.email, until}});
    members_.push_back({group, std::move(member)});
  });
  tree_.for_each_child(group, [&](Tree::Row child) { select(child, end); });
}

/// Throws denied unless the actor has the permission in a group of the tree.
void Renewal::require(Tree::Row group, Permission permission) const {
  AccessLevel access = access_[group];
  if (permission == Permission::group && group != 0) access = access_[tree_.groups()[group].parent];
  if (permission == Permission::group && group == 0 && target_.size() > 1) access = target_[target_.size() - 2].access;
  if (access != AccessLevel::administer) throw write_.authorizer().denied(path_of(group), permission);
}

Authorization Renewal::require_permissions() const {
  for (const auto& [group, unused] : licenses_) require(group, Permission::group);
  for (const auto& [group, unused] : members_) require(group, Permission::inside);
  return Authorization{this};
}

void Renewal::require_later(Day end) const {
  if (options_.until < write_.today()) {
    throw Error::exists(fmt::format("{} is before today, {}", options_.until.to_string(), write_.today().to_string()),
                        "renew until today or a later day");
  }
  if (options_.until <= end) {
    throw Error::exists(
        fmt::format("{} is not after {}, the end that is renewed", options_.until.to_string(), end.to_string()),
        "an end is made earlier with `allot license set` and `allot user set`");
  }
}

/// Changes the rows and checks them as one change.
void Renewal::apply(const Authorization& authorization) {
  FiguresUpdate figures{write_, write_.changes().revision()};
  const GroupId top = target_.back().id;
  const bool is_large = licenses_.size() + members_.size() > kMostChecked;
  if (is_large) figures.add_leaving(top);
  RowChanges& changes = write_.changes();
  for (const auto& [group, before] : licenses_) {
    const GroupId id = tree_.groups()[group].id;
    if (is_large) continue;
    figures.add_changed(id);
    figures.add_license(id, before.name);
  }
  for (const auto& [group, before] : members_) {
    const GroupId id = tree_.groups()[group].id;
    Membership after = before;
    after.grant.period.until = options_.until;
    if (!is_large) {
      figures.add_changed(id);
      figures.add_member(id, &before, &after);
    }
    changes.update_membership(authorization, id, after, [&, path = path_of(group), &before = before] {
      return Change{Op::update, What::membership, path, before.email, before, after};
    });
  }
  for (const auto& [group, before] : licenses_) {
    License after = before;
    after.grant.period.until = options_.until;
    changes.update_license(authorization, tree_.groups()[group].id, before.grant, after,
                           [&, path = path_of(group), &before = before] {
                             return Change{Op::update, What::license, path, before.name, before, after};
                           });
  }
  if (is_large) figures.add_restored(top);
  figures.run();
}

}  // namespace allot
