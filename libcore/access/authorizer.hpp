#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/model/ancestor_path.hpp"
#include "libcore/model/path.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// What may be done to a group; allot-rules(7), Delegation.
enum class Permission {
  inside,  ///< change its users, its reminder and what is below it: its administrators'
  group,   ///< change the group itself and its licences: the administrators' of the groups above it
};

class Merge;
class Authorizer;

/// Leave to change something. Only `Authorizer` gives it and, for many changes at once, `require_permissions` and
/// `Undo`; without it nothing can be recorded, so that nothing is saved.
class Authorization {
 private:
  Authorization() = default;
  friend class Authorizer;
  friend class Undo;
  friend Authorization require_permissions(Authorizer& authorizer, const AncestorPath& target, const Merge& merge);
};

/// The store as the one who acts sees it: what is out of sight is not there. It decides by the memberships as they are
/// in the transaction at hand; allot-rules(7), Delegation.
class Authorizer {
 public:
  /// Acts as `actor`, or with full rights where nobody is named; where `scope` is given it counts instead of the
  /// actor's memberships. `rows` must outlive it.
  Authorizer(Snapshot& rows, Day today, std::optional<std::string> actor, std::shared_ptr<const Scope> scope = {})
      : rows_(&rows), today_(today), actor_(std::move(actor)), scope_(std::move(scope)) {}

  /// Reads the actor's memberships again when they are needed next.
  void forget() { scope_.reset(); }

  const std::shared_ptr<const Scope>& scope();
  bool is_full() { return scope()->is_full(); }
  const std::optional<std::string>& actor() const { return actor_; }

  /// Whether nothing is out of the actor's sight.
  bool sees_everything();

  /// Whether the actor may do everything: nobody is named, or an administrator of `/`.
  bool is_company();

  /// The groups from `/` down to `path`, with what is kept of each; throws not_found naming the nearest match.
  AncestorPath ancestors(const Path& path);

  /// The same; nothing where there is no such group in sight.
  std::optional<AncestorPath> find_ancestors(const Path& path);

  /// The groups in sight that have none in sight above them, in path order; throws not_found where there are none.
  std::vector<Path> topmost();

  /// The power in a group.
  AccessLevel access_in(GroupId group);

  /// The memberships of a user that the actor sees, by group row; `Own::all` adds those of the actor itself.
  enum class Own { as_others, all };
  std::vector<std::pair<GroupId, Membership>> memberships_of(std::string_view email, Own own = Own::as_others);

  /// How the e-mail of a user is spelled where the actor sees it; nothing if it sees no such user.
  std::optional<std::string> find_email(std::string_view email);

  /// Up to `most` e-mails in sight that begin with `prefix`.
  std::vector<std::string> find_emails(std::string_view prefix, std::size_t most);

  /// A name below `above` on the way to a group in sight, and whether it goes on below it.
  struct Step {
    std::string name;
    bool goes_on = false;
  };
  /// Up to `most` of them that begin with `prefix`.
  std::vector<Step> find_steps(const Path& above, std::string_view prefix, std::size_t most);

  /// Leave to change something at the group at `at` of `chain`; throws denied.
  Authorization authorize(const AncestorPath& ancestors, std::size_t at, Permission permission);
  Authorization authorize(const AncestorPath& ancestors, Permission permission) {
    return authorize(ancestors, ancestors.size() - 1, permission);
  }

  /// Leave to do `what`, which is an administrator's of `/`; throws denied.
  Authorization authorize_company(std::string_view what);

  /// The error for what one may not do to a group.
  Error denied(const std::string& path, Permission permission) const;

  /// The errors for a group or user that is not there, with a near match where there is one.
  Error no_such_group(const Path& path);
  Error no_such_user(std::string_view email);

 private:
  std::optional<Path> find_first_in_sight(const Path& path);
  std::string describe_scope();

  Snapshot* rows_;
  Day today_;
  std::optional<std::string> actor_;
  std::shared_ptr<const Scope> scope_;
};

/// The revision of the newest entry of the log that the actor sees; 0 if there is none.
std::int64_t newest_visible_revision(Store& store, Authorizer& authorizer);

}  // namespace allot
