#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/edit/groups.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/model/tree.hpp"

namespace allot {

/// Whether the memberships of the renewed groups are renewed too.
enum class WithUsers { no, yes };

/// The licences to renew, and until when.
struct RenewOptions {
  Path path;
  std::optional<std::string> name;  ///< of the licence of `path`; nullopt: all its licences
  Day until;
  std::optional<Day> ends;  ///< the end of what is renewed; nullopt: that of the active licences of `path`
  Recursive recursive = Recursive::no;
  WithUsers with_users = WithUsers::no;
};

/// Gives the selected licences and memberships that end on one day another end, as one change, and reports those with
/// another end as left; allot-license(1), Renewing. Throws not_found if nothing ends on that day, exists if the new end
/// is not later, denied, and refused with all violations.
void renew_licenses(Write& write, const RenewOptions& options);

/// One renewal inside a write; see renew_licenses.
class Renewal {
 public:
  Renewal(Write& write, const RenewOptions& options);

  void run();

 private:
  template <typename Item>
  struct Selected {
    Tree::Row group;
    Item before;
  };

  bool is_meant(const License& license, Tree::Row group) const;
  Day find_end() const;
  void select(Tree::Row group, Day end);
  void require(Tree::Row group, Permission permission) const;
  Authorization require_permissions() const;
  void require_later(Day end) const;
  void apply(const Authorization& authorization);
  std::string path_of(Tree::Row group) const { return tree_.path_of(group, target_.path()); }

  Write& write_;
  const RenewOptions& options_;
  AncestorPath target_;
  Tree tree_;                        // the target, with all groups below it if these are renewed too
  std::vector<AccessLevel> access_;  // of the actor in each group of the tree
  std::vector<Selected<License>> licenses_;
  std::vector<Selected<Membership>> members_;
};

}  // namespace allot
