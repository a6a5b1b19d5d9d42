#include "libcore/access/authorizer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/access/lookup.hpp"
#include "libcore/access/name_search.hpp"
#include "libcore/base/letter_case.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

constexpr std::size_t kSiblingsCompared = 10'000;

AccessLevel access_of(Role role) {
  if (role == Role::admin) return AccessLevel::administer;
  return role == Role::concierge ? AccessLevel::see : AccessLevel::none;
}

}  // namespace

const std::shared_ptr<const Scope>& Authorizer::scope() {
  if (scope_) return scope_;
  if (!actor_) {
    scope_ = std::make_shared<Scope>();
    return scope_;
  }
  std::vector<Scope::Entry> entries;
  for (const auto& [group, membership] : rows_->memberships_of(*actor_)) {
    const AccessLevel access = access_of(membership.role);
    if (access != AccessLevel::none && membership.grant.period.contains(today_)) entries.emplace_back(group, access);
  }
  scope_ = std::make_shared<Scope>(std::move(entries));
  return scope_;
}

bool Authorizer::sees_everything() { return scope()->access_in(kRootGroup, AccessLevel::none) != AccessLevel::none; }

bool Authorizer::is_company() { return scope()->access_in(kRootGroup, AccessLevel::none) == AccessLevel::administer; }

AncestorPath Authorizer::ancestors(const Path& path) {
  auto ancestors = find_ancestors(path);
  if (!ancestors) throw no_such_group(path);
  return *std::move(ancestors);
}

std::optional<AncestorPath> Authorizer::find_ancestors(const Path& path) {
  auto ancestors = allot::find_ancestors(*rows_, path, scope());
  if (ancestors && !ancestors->is_visible(ancestors->size() - 1)) return std::nullopt;
  return ancestors;
}

AccessLevel Authorizer::access_in(GroupId group) {
  if (is_full()) return AccessLevel::administer;
  AccessLevel access = AccessLevel::none;
  for (const GroupId id : ancestor_ids(*rows_, group)) access = scope()->access_in(id, access);
  return access;
}

std::vector<Path> Authorizer::topmost() {
  if (is_full()) return {Path{}};
  std::vector<Path> paths;
  for (const auto& [group, access] : scope()->entries()) {
    if (rows_->find_group(group)) paths.push_back(path_of(*rows_, group));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Path> topmost;
  for (Path& path : paths) {
    if (topmost.empty() || !topmost.back().contains(path)) topmost.push_back(std::move(path));
  }
  if (topmost.empty()) {
    throw Error::not_found(fmt::format("{} administers no group on {}", quote(*actor_), today_.to_string()),
                           "an administrator or concierge of a group sees it and all below it");
  }
  return topmost;
}

std::vector<std::pair<GroupId, Membership>> Authorizer::memberships_of(std::string_view email, Own own) {
  auto memberships = rows_->memberships_of(email);
  const bool is_own = actor_ && own == Own::all && fold_ascii(*actor_) == fold_ascii(email);
  if (is_full() || is_own) return memberships;
  for (const auto& [group, membership] : memberships) rows_->expect_ancestors(group);
  std::erase_if(memberships, [&](const auto& placed) { return access_in(placed.first) == AccessLevel::none; });
  return memberships;
}

std::optional<std::string> Authorizer::find_email(std::string_view email) {
  if (is_full()) return rows_->find_email(email);
  const auto memberships = memberships_of(email);
  if (memberships.empty()) return std::nullopt;
  return memberships.front().second.email;
}

/// Returns the topmost visible group at or above `path`; nothing if `path` is not at or below a visible group.
std::optional<Path> Authorizer::find_first_visible(const Path& path) {
  if (is_full()) return Path{};
  for (const auto& [group, access] : scope()->entries()) {
    if (!rows_->find_group(group)) continue;
    Path top = path_of(*rows_, group);
    if (top.contains(path)) return top;
  }
  return std::nullopt;
}

Authorization Authorizer::authorize(const AncestorPath& ancestors, std::size_t at, Permission permission) {
  const std::size_t holder = permission == Permission::group && at > 0 ? at - 1 : at;
  if (ancestors[holder].access != AccessLevel::administer) throw denied(ancestors.path_of(at), permission);
  return {permission, ancestors[at].id};
}

Authorization Authorizer::authorize_company(std::string_view what) {
  if (!is_company()) {
    throw Error::denied(fmt::format("{} may not {}", quote(actor_.value_or("")), what), "an administrator of / may");
  }
  return Authorization{Authorization::Covers::company};
}

Error Authorizer::denied(const std::string& path, Permission permission) const {
  const std::string actor = quote(actor_.value_or(""));
  if (permission == Permission::inside) {
    return Error::denied(fmt::format("{} sees {}, but may not change it", actor, path), "an administrator of it may");
  }
  return Error::denied(fmt::format("{} may not change {} itself, nor its licenses", actor, path),
                       "an administrator of a group above it may");
}

Error Authorizer::no_such_group(const Path& path) {
  const std::string message = fmt::format("there is no group {}", quote(path.to_string()));
  const auto first = find_first_visible(path);
  if (!first) {
    const std::string elsewhere = find_elsewhere(path);
    return Error::not_found(message, elsewhere.empty() ? describe_scope() : elsewhere);
  }
  Path known = *first;
  GroupId parent = ancestors(known).back().id;
  for (std::size_t depth = known.depth(); depth < path.depth(); ++depth) {
    const std::string& name = path.names()[depth];
    const auto child = rows_->find_group(parent, name);
    if (!child) {
      const auto nearest = find_nearest(name, rows_->find_child_names(parent, "", kSiblingsCompared));
      const bool is_spelling = nearest && fold_case(*nearest) == fold_case(name);
      std::string hint = is_spelling ? std::string{} : find_elsewhere(path);
      if (hint.empty() && nearest) hint = did_you_mean(known.child(*nearest).to_string());
      if (hint.empty() && !known.is_root()) {
        hint = fmt::format("the path is known as far as {}", quote(known.to_string()));
      }
      return Error::not_found(message, std::move(hint));
    }
    parent = child->id;
    known = known.child(name);
  }
  return Error::internal("a group that exists was reported missing");
}

/// Returns a hint that names up to three visible groups with this name; empty if there are none.
std::string Authorizer::find_elsewhere(const Path& path) {
  if (path.is_root()) return {};
  constexpr std::size_t kNamed = 3;
  std::vector<std::string> paths;
  for (const GroupId group : rows_->find_groups_named(path.name())) {
    if (access_in(group) != AccessLevel::none) paths.push_back(quote(path_of(*rows_, group).to_string()));
    if (paths.size() > kNamed) break;
  }
  if (paths.empty()) return {};
  if (paths.size() > kNamed) paths.back() = "another";
  const std::string last = paths.back();
  paths.pop_back();
  return paths.empty() ? fmt::format("did you mean {}?", last)
                       : fmt::format("did you mean {} or {}?", fmt::join(paths, ", "), last);
}

/// Returns a hint that lists the actor's groups. It does not depend on whether the missing group exists.
std::string Authorizer::describe_scope() {
  constexpr std::size_t kNamed = 3;
  if (scope()->entries().empty()) return {};
  std::vector<std::string> paths;
  for (const Path& path : topmost()) paths.push_back(path.to_string());
  const std::size_t more = paths.size() - std::min(paths.size(), kNamed);
  paths.resize(paths.size() - more);
  return fmt::format("{} sees {}{}", quote(*actor_), fmt::join(paths, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : std::string{});
}

Error Authorizer::no_such_user(std::string_view email) {
  const std::string_view start = email.substr(0, std::min<std::size_t>(2, email.find('@')));
  std::vector<std::string> emails;
  for (FoundUser& user : NameSearch{*rows_, *this}.users(start, kSiblingsCompared).items) {
    emails.push_back(std::move(user.email));
  }
  return Error::not_found(fmt::format("there is no user {}", quote(email)), did_you_mean(find_nearest(email, emails)));
}

std::int64_t newest_visible_revision(StoreReader& store, Authorizer& authorizer) {
  if (authorizer.sees_everything()) return store.revision();
  std::int64_t newest = store.pruned_revision();  // no revision of an actor becomes smaller
  for (const auto& [group, access] : authorizer.scope()->entries())
    newest = std::max(newest, store.newest_entry_at(group));
  return newest;
}

}  // namespace allot
