#pragma once

#include <cstdint>

#include "libcore/base/error.hpp"
#include "libcore/model/group_id.hpp"

namespace allot {

/// A kind of change to a group; allot-rules(7), Delegation.
enum class Permission {
  inside,  ///< change its users, its reminder and the groups below it; requires administering the group
  group,   ///< change the group itself and its licences; requires administering a group above it
};

class Authorizer;
class ImportPermissions;
class Renewal;

/// The changes that the actor was authorized to make: those of one kind to one group, those of the company (catalogue
/// and templates), or all changes of a plan, such as an import, each of which was authorized. `Authorizer` creates it,
/// for plans `ImportPermissions`, `Renewal` and `Undo`; `RowChanges` requires it for each change.
class Authorization {
 public:
  /// Throws internal unless it authorizes changes of this kind to `group`; `group` includes `inside`.
  void require(Permission permission, GroupId group) const {
    const bool is_named = covers_ == Covers::group && group_ == group &&
                          (permission_ == Permission::group || permission == Permission::inside);
    if (!is_named && covers_ != Covers::plan) throw Error::internal("a change of a group was not authorized");
  }

  /// Throws internal unless it authorizes changes of the catalogue and the templates.
  void require_company() const {
    if (covers_ == Covers::group) throw Error::internal("a change of the company was not authorized");
  }

  /// Throw internal unless it authorizes a plan, or `plan`.
  void require_plan() const {
    if (covers_ != Covers::plan) throw Error::internal("a plan was not authorized");
  }
  void require_plan(const void* plan) const {
    if (plan_ != plan) throw Error::internal("another plan was authorized");
  }

 private:
  enum class Covers : std::uint8_t { group, company, plan };

  explicit Authorization(Covers covers) : covers_(covers) {}
  explicit Authorization(const void* plan) : covers_(Covers::plan), plan_(plan) {}
  Authorization(Permission permission, GroupId group)
      : covers_(Covers::group), permission_(permission), group_(group) {}

  friend class Authorizer;
  friend class ImportPermissions;
  friend class Renewal;
  friend class Undo;

  Covers covers_;
  Permission permission_ = Permission::inside;
  GroupId group_ = 0;
  const void* plan_ = nullptr;
};

}  // namespace allot
