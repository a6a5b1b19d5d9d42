#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/model/group_id.hpp"
#include "libcore/model/hierarchy.hpp"
#include "libcore/model/item.hpp"
#include "libcore/model/path.hpp"
#include "libcore/model/rules.hpp"
#include "libcore/model/template_text.hpp"

namespace allot {

/// A row of `groups`.
struct StoredGroup {
  GroupId id = 0;
  GroupId parent = 0;  ///< 0 for the company
  std::string name;
  GroupTraits traits;
};

/// The figures of a group: derived values that are stored for speed.
struct Figures {
  std::int64_t children = 0;
  std::int64_t members = 0;
  std::int64_t ceilings = 0;  ///< the number of shared groups below that draw on it, directly or through unrestricted
                              ///< groups
  Usage allotted;

  bool is_zero() const { return children == 0 && members == 0 && ceilings == 0 && allotted.is_zero(); }
  bool operator==(const Figures&) const = default;
};

/// The number of rows of each kind.
struct StoreSize {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
};

/// The rows of the hierarchy, either current or as of a revision: the versions with `since` <= revision < `until`. It
/// reads within a transaction of its store and must not outlive the store.
class Snapshot {
 public:
  Snapshot() = default;
  virtual ~Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// Returns the catalogue, in the order in which the entries were added.
  virtual const Catalogue& catalogue() = 0;

  /// Resolves names in rows with `catalogue` and adds missing entries to it instead of throwing. The catalogue must
  /// outlive the snapshot.
  virtual void read_with(Catalogue& catalogue) = 0;

  // What a command reads next, so that a store on a server reads it in one round trip. This changes no result; before a
  // transaction it is about the next one.

  /// The groups of a path, with their figures and licences.
  virtual void expect_path(const Path& /*path*/) {}
  /// A group and the groups above it.
  virtual void expect_ancestors(GroupId /*group*/) {}
  /// The memberships of a user.
  virtual void expect_user(std::string_view /*email*/) {}
  /// These groups and the groups above them, with their licences and present figures; or the memberships of groups.
  virtual void expect_groups(const std::vector<GroupId>& /*groups*/) {}
  virtual void expect_members(const std::vector<GroupId>& /*groups*/) {}
  /// The groups with these parents and names.
  virtual void expect_children(const std::vector<std::pair<GroupId, std::string>>& /*children*/) {}
  /// These items; those of the company are left out.
  virtual void expect_items(const std::vector<ItemKey>& /*items*/) {}

  virtual std::optional<StoredGroup> find_group(GroupId parent, std::string_view name) = 0;
  virtual std::optional<StoredGroup> find_group(GroupId id) = 0;

  using VisitGroup = std::function<void(StoredGroup&&)>;
  /// Calls `visit` for the children of a group by name; `visit` may use the store.
  virtual void for_each_child(GroupId parent, const VisitGroup& visit) = 0;
  /// Returns up to `most` children whose names begin with `prefix`, by name.
  virtual std::vector<StoredGroup> first_children(GroupId parent, std::size_t most, std::string_view prefix = {}) = 0;
  /// Returns the name of the last of all such children.
  virtual std::optional<std::string> find_last_child_name(GroupId parent, std::string_view prefix) = 0;
  /// Calls `visit` for every group, by id.
  virtual void for_each_group(const VisitGroup& visit) = 0;
  /// Calls `visit` for the groups that have a reminder, by id.
  virtual void for_each_reminding(const VisitGroup& visit) = 0;
  /// Returns the names of up to `most` children that begin with `prefix`, by name.
  virtual std::vector<std::string> find_child_names(GroupId parent, std::string_view prefix, std::size_t most) = 0;
  /// Returns the groups whose name is this or begins with it and a space, without regard to the case of ASCII letters,
  /// by the length of the name and id. It reads all groups.
  virtual std::vector<GroupId> find_groups_named(std::string_view name) = 0;
  /// Returns the kinds of the first `most` groups by id, by name.
  virtual std::vector<std::string> find_kinds(std::size_t most) = 0;
  virtual StoreSize size() = 0;
  /// Returns the number of groups at and below `top`, and of their licences and memberships.
  virtual StoreSize size_below(GroupId top) = 0;

  /// Returns the licences of a group by name.
  virtual std::vector<License> licenses_of(GroupId group) = 0;
  virtual std::optional<License> find_license(GroupId group, std::string_view name) = 0;
  /// Calls `visit` for every licence, by group id and name.
  virtual void for_each_license(const std::function<void(GroupId, License&&)>& visit) = 0;

  virtual std::optional<Membership> find_membership(GroupId group, std::string_view email) = 0;
  /// Calls `visit` for the memberships of a group by e-mail. Each view is valid during its call; `visit` may use the
  /// store.
  virtual void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) = 0;
  /// Returns up to `most` memberships of a group whose e-mails begin with `prefix`, by e-mail.
  virtual std::vector<Membership> first_members(GroupId group, std::size_t most, std::string_view prefix = {}) = 0;
  /// Returns the e-mail of the last of all such memberships.
  virtual std::optional<std::string> find_last_member(GroupId group, std::string_view prefix) = 0;
  /// Calls `visit` for every membership, by group id and e-mail. Each view is valid during its call.
  virtual void for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit) = 0;
  /// Calls `visit` for every membership of the groups at and below `tops`, by e-mail and group id. Each view is valid
  /// during its call.
  virtual void for_each_membership_below(const std::vector<GroupId>& tops,
                                         const std::function<void(GroupId, const MembershipView&)>& visit) = 0;
  /// Returns the memberships of a user with the ids of their groups, by group id; at most the first `most`.
  virtual std::vector<std::pair<GroupId, Membership>> memberships_of(
      std::string_view email, std::optional<std::int64_t> most = std::nullopt) = 0;
  /// Returns the stored spelling of an e-mail; nothing if there is no such user.
  virtual std::optional<std::string> find_email(std::string_view email) = 0;
  /// Returns the first e-mail after `after` that begins with `prefix`.
  virtual std::optional<std::string> find_next_email(std::string_view prefix, std::string_view after) = 0;
  /// Returns up to `most` e-mails that begin with `prefix` with their groups, by e-mail and group id, after this one.
  virtual std::vector<std::pair<std::string, GroupId>> next_user_groups(std::string_view prefix,
                                                                        const std::pair<std::string, GroupId>& after,
                                                                        std::size_t most) = 0;
  /// Returns the last e-mail that begins with `prefix`.
  virtual std::optional<std::string> find_last_email(std::string_view prefix) = 0;
  virtual bool has_users() = 0;

  /// Returns the stored figures of a group; nothing if they changed since this snapshot.
  virtual std::optional<Figures> find_figures(GroupId group) = 0;

  /// Returns the texts of a template that was set.
  virtual std::optional<TemplateText> find_template(std::string_view name) = 0;
  /// Returns the names of the templates that were set, in order of bytes.
  virtual std::vector<std::string> template_names() = 0;
};

}  // namespace allot
