#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/model/ancestor_path.hpp"
#include "libcore/model/path.hpp"
#include "libcore/model/tree.hpp"
#include "libcore/model/tree_check.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

// What would be accepted, decided in memory: nothing is written, and no statement is sent for each count that is tried.

/// Returns whether changed traits or licences of a group can break a rule below it.
bool may_break_below(const PathNode& before, const PathNode& after, Day today);

/// Checks a licence of the last group of `ancestors` itself and against the capacity that it draws on.
void check_license(const AncestorPath& ancestors, const License& license, Day today, ViolationReport& violation_report);

/// Returns the context of the group `path` below `above`, which must outlive the result; `above` may be empty.
ParentContext context_below(const Path& path, const AncestorPath& above, Headroom* asked = nullptr);

/// For each counted resource the largest count that the groups above allow; nothing where they set no limit.
using Bounds = std::vector<std::optional<std::int64_t>>;

/// Returns the bounds of a membership of the last group of `ancestors` that holds `grant` instead of `before` (null:
/// a new one). They are meaningful for the resources of which `grant` has a count above zero.
Bounds find_member_bounds(AncestorPath ancestors, const Grant* before, const Grant& grant, Day today);

/// Returns the same for the licence `written` of the last group of `ancestors`, which gets `traits` and `licenses`, in
/// which `written` is included.
Bounds find_license_bounds(AncestorPath ancestors, const GroupTraits& traits, std::vector<License> licenses,
                           const License& written, Day today);

/// A change of the licences of one group that is tried with different contents. The subtree is loaded once, and only if
/// a change can break a rule in it.
class LicenseTrial {
 public:
  /// Tries changes of the last group of `ancestors`, which gets `traits`. `rows` must outlive this object and have the
  /// rows before the change.
  LicenseTrial(Snapshot& rows, AncestorPath ancestors, GroupTraits traits, Day today);

  /// Adds the violations of these licences and below the group, if they are `licenses`: all that the group had,
  /// changed, and added ones. The usage of the groups above is not checked.
  void check(const std::vector<License>& licenses, ViolationReport& violation_report);

 private:
  void load();
  void replace(const std::vector<License>& licenses);

  Snapshot* rows_;
  AncestorPath ancestors_;
  GroupTraits traits_;
  Day today_;
  std::optional<Tree> tree_;
  std::optional<Usages> usages_;  // they do not depend on the licences of the top
};

}  // namespace allot
