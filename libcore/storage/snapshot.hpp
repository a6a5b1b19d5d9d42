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

/// A group as it is stored.
struct StoredGroup {
  GroupId id = 0;
  GroupId parent = 0;  ///< 0 for the company
  std::string name;
  GroupTraits traits;
};

/// What is kept of a group for speed and can be recomputed.
struct Figures {
  std::int64_t children = 0;
  std::int64_t members = 0;
  std::int64_t ceilings = 0;  ///< how many shared groups below draw on it, or through it where it is not restricted
  Usage allotted;

  bool operator==(const Figures&) const = default;
};

/// How many rows of each kind there are.
struct StoreSize {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
};

/// The rows of the hierarchy as they are, or as they were after the write of a revision: the versions with
/// `since` <= revision < `until` (schemas/sqlite). It reads within a transaction of its store and must not outlive it.
class Snapshot {
 public:
  /// The revision whose rows it has; nothing for the current rows.
  const std::optional<std::int64_t>& as_of() const { return as_of_; }

  /// The catalogue, in the order in which its entries were added.
  const Catalogue& catalogue();

  /// Lets rows name entries that the catalogue does not have: they are added to `catalogue`, which starts as that of
  /// the caller's choice and must outlive the snapshot.
  void read_with(Catalogue& catalogue) { names_ = &catalogue; }

  std::optional<StoredGroup> find_group(GroupId parent, std::string_view name);
  std::optional<StoredGroup> find_group(GroupId id);

  using VisitGroup = std::function<void(StoredGroup&&)>;
  /// The children of a group by name; `visit` may use the store.
  void for_each_child(GroupId parent, const VisitGroup& visit);
  std::vector<StoredGroup> first_children(GroupId parent, std::size_t most);
  /// Every group, by id.
  void for_each_group(const VisitGroup& visit);
  /// The groups that have a reminder, by id.
  void for_each_reminding(const VisitGroup& visit);
  /// The names of up to `most` children that begin with `prefix`, by name.
  std::vector<std::string> find_child_names(GroupId parent, std::string_view prefix, std::size_t most);
  StoreSize size();
  /// How many groups there are at and below `top`.
  std::int64_t count_groups(GroupId top);

  /// The licences of a group by name.
  std::vector<License> licenses_of(GroupId group);
  std::optional<License> find_license(GroupId group, std::string_view name);
  /// Every licence, by group id and name.
  void for_each_license(const std::function<void(GroupId, License&&)>& visit);

  std::optional<Membership> find_membership(GroupId group, std::string_view email);
  /// The memberships of a group by e-mail; each view is valid during its call of `visit`, which may use the store.
  void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit);
  std::vector<Membership> first_members(GroupId group, std::size_t most);
  /// Every membership, by group id and e-mail; each view is valid during its call of `visit`.
  void for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit);
  /// The groups in which a user has a membership, with it, by group id.
  std::vector<std::pair<GroupId, Membership>> memberships_of(std::string_view email);
  /// How the e-mail was first written; nothing if there is no such user.
  std::optional<std::string> find_email(std::string_view email);
  std::vector<std::string> find_emails(std::string_view prefix, std::size_t most);
  bool has_users();

  /// The figures of a group where the store keeps those of this snapshot; nothing where they changed since.
  std::optional<Figures> find_figures(GroupId group);

  /// The texts that were set in place of a built-in template.
  std::optional<TemplateText> find_template(std::string_view name);

 protected:
  Snapshot() = default;
  Snapshot(Connection& connection, std::int64_t as_of);

  /// `sql` over the rows of this snapshot.
  const char* over_rows(const char* sql);
  GrantColumns grant_columns();

  Connection* connection_ = nullptr;
  std::optional<Catalogue> catalogue_;
  std::vector<std::int64_t> counted_rows_;  // the catalog row of each counted resource

 private:
  friend class Store;

  void load_catalogue();

  std::optional<std::int64_t> as_of_;
  Catalogue* names_ = nullptr;
  std::unordered_map<const char*, const char*> prefixed_;  // statements with the selection of versions in front
};

}  // namespace allot
