#pragma once

#include <map>
#include <string>
#include <tuple>

#include "libcore/base/error.hpp"
#include "libcore/model/rules.hpp"
#include "libcore/model/scope.hpp"

namespace allot {

/// Collects the violations of one write and describes each in words.
class ViolationReport {
 public:
  explicit ViolationReport(const Catalogue& catalogue) : catalogue_(&catalogue) {}

  /// Adds a violation of the limit, feature or period of `group` (its path); `by` names the licence or member at fault
  /// or is empty. For a group that is not visible (`kAbove`) only what would be accepted is reported, and equal
  /// violations are merged; allot-rules(7), Delegation.
  void add(const RuleViolation& rule_violation, const std::string& group, const std::string& by, Holders holders = {});

  /// Returns whether another violation would still be listed, so that its holders are worth computing.
  bool is_listing() const { return violations_.is_listing(); }
  bool is_clean() const { return violations_.is_empty(); }

  /// Throws refused with all violations, if there are any.
  void enforce();

  const Violations& violations() const { return violations_; }
  Violations& violations() { return violations_; }

 private:
  void add_above(Violation violation, const RuleViolation& rule_violation);

  const Catalogue* catalogue_;
  Violations violations_;
  using AboveKey = std::tuple<std::string, std::string, std::string>;  // rule, item and who is at fault
  std::map<AboveKey, std::size_t> above_;                              // their indexes in the violations
};

/// Returns the name of a licence in violations, such as `/north license main`.
std::string describe_license(const std::string& group, std::string_view name);

/// Returns the name of a membership in violations, such as `/north user ann@north.example`.
std::string describe_member(const std::string& group, std::string_view email);

/// Returns `from 2026-07-01 until 2026-12-31`, without open ends; `on every day` for a period without ends.
std::string describe_days(const Period& period);

}  // namespace allot
