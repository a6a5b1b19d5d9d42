#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libcore/model/group_id.hpp"
#include "libcore/model/hierarchy.hpp"
#include "libcore/model/rules.hpp"
#include "libcore/model/template_text.hpp"

namespace allot {

class Connection;
class GrantColumns;
class Query;

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

  bool operator==(const Figures&) const = default;
};

/// The number of rows of each kind.
struct StoreSize {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
};

/// The rows of the hierarchy, either current or as of a revision: the versions with `since` <= revision < `until`
/// (schemas/sqlite). It reads within a transaction of its store and must not outlive the store.
class Snapshot {
 public:
  /// Returns the revision of the snapshot; nothing for the current rows.
  const std::optional<std::int64_t>& as_of() const { return as_of_; }

  /// Returns the catalogue, in the order in which the entries were added.
  const Catalogue& catalogue();

  /// Resolves names in rows with `catalogue` and adds missing entries to it instead of throwing. The catalogue must
  /// outlive the snapshot.
  void read_with(Catalogue& catalogue) { names_ = &catalogue; }

  std::optional<StoredGroup> find_group(GroupId parent, std::string_view name);
  std::optional<StoredGroup> find_group(GroupId id);

  using VisitGroup = std::function<void(StoredGroup&&)>;
  /// Calls `visit` for the children of a group by name; `visit` may use the store.
  void for_each_child(GroupId parent, const VisitGroup& visit);
  /// Returns up to `most` children whose names begin with `prefix`, by name.
  std::vector<StoredGroup> first_children(GroupId parent, std::size_t most, std::string_view prefix = {});
  /// Returns the name of the last of all such children.
  std::optional<std::string> find_last_child_name(GroupId parent, std::string_view prefix);
  /// Calls `visit` for every group, by id.
  void for_each_group(const VisitGroup& visit);
  /// Calls `visit` for the groups that have a reminder, by id.
  void for_each_reminding(const VisitGroup& visit);
  /// Returns the names of up to `most` children that begin with `prefix`, by name.
  std::vector<std::string> find_child_names(GroupId parent, std::string_view prefix, std::size_t most);
  /// Returns the groups with this name, without regard to the case of ASCII letters, by id. It reads all groups.
  std::vector<GroupId> find_groups_named(std::string_view name);
  /// Returns the kinds of the first `most` groups by id, by name.
  std::vector<std::string> find_kinds(std::size_t most);
  StoreSize size();
  /// Returns the number of groups at and below `top`.
  std::int64_t count_groups(GroupId top);

  /// Returns the licences of a group by name.
  std::vector<License> licenses_of(GroupId group);
  std::optional<License> find_license(GroupId group, std::string_view name);
  /// Calls `visit` for every licence, by group id and name.
  void for_each_license(const std::function<void(GroupId, License&&)>& visit);

  std::optional<Membership> find_membership(GroupId group, std::string_view email);
  /// Calls `visit` for the memberships of a group by e-mail. Each view is valid during its call; `visit` may use the
  /// store.
  void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit);
  /// Returns up to `most` memberships of a group whose e-mails begin with `prefix`, by e-mail.
  std::vector<Membership> first_members(GroupId group, std::size_t most, std::string_view prefix = {});
  /// Returns the e-mail of the last of all such memberships.
  std::optional<std::string> find_last_member(GroupId group, std::string_view prefix);
  /// Calls `visit` for every membership, by group id and e-mail. Each view is valid during its call.
  void for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit);
  /// Returns the memberships of a user with the ids of their groups, by group id; at most the first `most`.
  std::vector<std::pair<GroupId, Membership>> memberships_of(std::string_view email,
                                                             std::optional<std::int64_t> most = std::nullopt);
  /// Returns the stored spelling of an e-mail; nothing if there is no such user.
  std::optional<std::string> find_email(std::string_view email);
  /// Returns the first e-mail after `after` that begins with `prefix`.
  std::optional<std::string> find_next_email(std::string_view prefix, std::string_view after);
  /// Returns up to `most` e-mails that begin with `prefix` with their groups, by e-mail and group id, after this one.
  std::vector<std::pair<std::string, GroupId>> next_user_groups(std::string_view prefix,
                                                                const std::pair<std::string, GroupId>& after,
                                                                std::size_t most);
  /// Returns the last e-mail that begins with `prefix`.
  std::optional<std::string> find_last_email(std::string_view prefix);
  bool has_users();

  /// Returns the stored figures of a group; nothing if they changed since this snapshot.
  std::optional<Figures> find_figures(GroupId group);

  /// Returns the texts that were set in place of a built-in template.
  std::optional<TemplateText> find_template(std::string_view name);

 protected:
  Snapshot() = default;
  Snapshot(Connection& connection, std::int64_t as_of);

  /// Returns `sql` changed to read the rows of this snapshot.
  const char* over_rows(const char* sql);
  GrantColumns grant_columns();

  Connection* connection_ = nullptr;
  std::optional<Catalogue> catalogue_;
  std::vector<std::int64_t> counted_rows_;  // the row of `catalog` for each counted resource

 private:
  friend class StoreReader;

  void load_catalogue();

  std::optional<std::int64_t> as_of_;
  Catalogue* names_ = nullptr;
  std::unordered_map<const char*, const char*> prefixed_;  // statements prefixed with the selection of versions
};

}  // namespace allot
