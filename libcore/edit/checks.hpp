#pragma once

#include <cstddef>
#include <vector>

#include "libcore/access/trial.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/model/headroom.hpp"
#include "libcore/model/tree_check.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {

// Usage in the groups above a change, and the rules that the change can break; allot-rules(7), Checking.

/// Saves the figures of a group of an ancestor path.
void save_figures(Write& write, const PathNode& node);

/// Adds `change` to the number of shared groups that draw on the group at index `at` of `ancestors`, directly or
/// through it, and saves the figures.
void count_ceilings(Write& write, AncestorPath& ancestors, std::size_t at, std::int64_t change);

/// Adds `change` to the allotted usage at index `at` of `ancestors` and above and saves the figures; returns the
/// indexes of the groups whose usage changed.
std::vector<std::size_t> propagate(Write& write, AncestorPath& ancestors, std::size_t at, const Usage& change);

/// Checks the limits of the groups at the indexes `touched` of `ancestors`. `headroom` completes the violations.
void check_limits_at(Write& write, const AncestorPath& ancestors, const std::vector<std::size_t>& touched,
                     const Headroom& headroom, ViolationReport& violation_report);

/// Propagates `change` and checks every affected limit. `headroom` holds the requested grant and collects how much of
/// it each limit allows.
void allot(Write& write, AncestorPath& ancestors, std::size_t at, const Usage& change, Headroom& headroom,
           ViolationReport& violation_report);

/// Returns the number of shared groups that draw on the parent of a group because of it or groups below it.
std::int64_t passed_ceilings(const PathNode& node);

/// Checks a membership of the last group of `ancestors` itself and against the capacity that it draws on.
void check_member(Write& write, const AncestorPath& ancestors, const Membership& member,
                  ViolationReport& violation_report);

/// Checks the limits of the last group of `ancestors`, if it is restricted, and, if it is shared, that they do not
/// exceed those above it. `headroom` collects how much of a requested grant they allow.
void check_capacity(Write& write, const AncestorPath& ancestors, Headroom& headroom, ViolationReport& violation_report);

/// Validates the subtree at `path` from the current rows and propagates its usage, in place of `taken_before`, to the
/// groups `above` it, if there are any.
void validate_subtree(Write& write, const Path& path, AncestorPath above, const Usage& taken_before, Headroom& headroom,
                      ViolationReport& violation_report);

}  // namespace allot
