#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libcore/edit/write.hpp"
#include "libcore/model/tree.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {

/// Updates the figures when an undo or a transfer changes many rows at once, and checks the rules that the changes
/// can break. The changes are announced before the rows change, so that the figures of then are known; groups that were
/// restored or moved are announced after it.
///
/// A changed group adds the difference of its usage to the groups above it, a parent before the groups below it, so
/// that each difference passes through the restrictions that hold after the change. A restored subtree is loaded and
/// its figures are computed anew.
class FiguresUpdate {
 public:
  /// `revision` is the undone entry, for errors.
  FiguresUpdate(Write& write, std::int64_t revision);

  /// Announces that the traits, licences or memberships of a group will change.
  void add_changed(GroupId group);
  /// Announces that a group will leave its parent, with all groups below it.
  void add_leaving(GroupId group);
  /// Announces the change of a membership; null if there is none before or after it.
  void add_member(GroupId group, const Membership* before, const Membership* after);
  /// Announces a licence that will be created or changed.
  void add_license(GroupId group, std::string name) { licenses_[group].push_back(std::move(name)); }

  /// Adds a subtree that was restored: computes its figures and validates it.
  void add_restored(GroupId top);
  /// Adds a group that left its parent and is now below another one. Restored subtrees must be added before.
  void add_moved(GroupId group);

  /// Updates the figures and checks the changes; throws refused with all violations.
  void run();

 private:
  struct Delta {
    Usage usage;
    std::int64_t children = 0;
    std::int64_t members = 0;
    std::int64_t ceilings = 0;
  };

  std::vector<std::pair<Path, GroupId>> list();
  void update(AncestorPath& ancestors);
  void touch(const AncestorPath& ancestors, const std::vector<std::size_t>& places);
  void check(const AncestorPath& ancestors, const Path& path);
  void check_contents(const AncestorPath& ancestors);
  Tree load(GroupId top, const Path& path);
  void validate(GroupId top, const Path& path, const AncestorPath& above);

  Write& write_;
  std::int64_t revision_;
  std::shared_ptr<const Scope> scope_;  // of the actor before the changes
  ViolationReport violation_report_;
  std::map<GroupId, PathNode> changed_;  // before the changes, as the next two
  std::map<GroupId, PathNode> leaving_;
  std::map<GroupId, Delta> deltas_;
  std::map<GroupId, std::vector<std::string>> licenses_;
  std::map<GroupId, std::vector<std::string>> members_;
  std::set<GroupId> moved_;
  std::unordered_set<GroupId> restored_;  // with all groups below them
  std::set<GroupId> touched_;             // groups whose limits are to be checked
  std::optional<Path> validated_;         // the last subtree that was validated
};

}  // namespace allot
