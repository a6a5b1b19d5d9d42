#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/access/authorization.hpp"
#include "libcore/base/error.hpp"
#include "libcore/model/ancestor_path.hpp"
#include "libcore/model/path.hpp"
#include "libcore/storage/store_reader.hpp"

namespace allot {

/// The store as the actor sees it: groups that are not visible are treated as missing. Decisions use the memberships in
/// the current transaction; allot-rules(7), Delegation.
class Authorizer {
 public:
  /// Acts as `actor`, or with full rights if there is none. If `scope` is given, it replaces the actor's memberships.
  /// `rows` must outlive this object.
  Authorizer(Snapshot& rows, Day today, std::optional<std::string> actor, std::shared_ptr<const Scope> scope = {})
      : rows_(&rows), today_(today), actor_(std::move(actor)), scope_(std::move(scope)) {}

  /// Discards the scope, so that the actor's memberships are read again.
  void forget() { scope_.reset(); }

  const std::shared_ptr<const Scope>& scope();
  bool is_full() { return scope()->is_full(); }
  const std::optional<std::string>& actor() const { return actor_; }

  /// Returns whether the actor sees every group.
  bool sees_everything();

  /// Returns whether the actor may do everything: there is no actor, or it administers `/`.
  bool is_company();

  /// Returns the groups from `/` down to `path`; throws not_found with the nearest match.
  AncestorPath ancestors(const Path& path);

  /// Returns the same, or nothing if the group does not exist or is not visible.
  std::optional<AncestorPath> find_ancestors(const Path& path);

  /// Returns the visible groups without a visible ancestor, in path order; throws not_found if there are none.
  std::vector<Path> topmost();

  /// Returns the actor's access level in a group.
  AccessLevel access_in(GroupId group);

  /// Returns the memberships of a user in visible groups, by group id; `Own::all` adds all memberships of the actor
  /// itself.
  enum class Own { as_others, all };
  std::vector<std::pair<GroupId, Membership>> memberships_of(std::string_view email, Own own = Own::as_others);

  /// Returns the spelling of a user's e-mail in a visible membership; nothing if the actor sees no such user.
  std::optional<std::string> find_email(std::string_view email);

  /// Authorizes a change of the group at index `at` of `ancestors`; throws denied.
  Authorization authorize(const AncestorPath& ancestors, std::size_t at, Permission permission);
  Authorization authorize(const AncestorPath& ancestors, Permission permission) {
    return authorize(ancestors, ancestors.size() - 1, permission);
  }

  /// Authorizes `what`, which requires administering `/`; throws denied.
  Authorization authorize_company(std::string_view what);

  /// Returns the error for a change of a group that the actor may not make.
  Error denied(const std::string& path, Permission permission) const;

  /// Return the errors for a group or user that does not exist, with a near match if there is one.
  Error no_such_group(const Path& path);
  Error no_such_user(std::string_view email);

 private:
  std::optional<Path> find_first_visible(const Path& path);
  std::string describe_scope();
  std::string find_elsewhere(const Path& path);

  Snapshot* rows_;
  Day today_;
  std::optional<std::string> actor_;
  std::shared_ptr<const Scope> scope_;
};

/// Returns the revision of the newest entry of the log that the actor sees, or of the newest pruned entry where there
/// is none; 0 if there is neither.
std::int64_t newest_visible_revision(StoreReader& store, Authorizer& authorizer);

}  // namespace allot
