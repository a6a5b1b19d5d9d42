#pragma once

#include <map>
#include <string>
#include <tuple>

#include "libcore/base/error.hpp"
#include "libcore/model/rules.hpp"
#include "libcore/model/scope.hpp"

namespace allot {

/// Gathers the findings of one write and tells each in words.
class ViolationReport {
 public:
  explicit ViolationReport(const Catalogue& catalogue) : catalogue_(&catalogue) {}

  /// Adds a breach of `group`'s limit, feature or period (its path); `by` names the licence or member at fault or is
  /// empty. Of a group that is out of sight (`kAbove`) nothing is told but what would have been accepted, and the same
  /// breach in several of them is one; allot-rules(7), Delegation.
  void add(const RuleViolation& rule_violation, const std::string& group, const std::string& by,
           std::vector<Holder> holders = {});

  /// Whether another finding would still be listed, and so is worth its holders.
  bool is_listing() const { return violations_.is_listing(); }
  bool is_clean() const { return violations_.is_empty(); }

  /// Throws refused with everything that was added, if anything was.
  void enforce();

  const Violations& violations() const { return violations_; }

 private:
  void add_above(Violation violation, const RuleViolation& rule_violation);

  const Catalogue* catalogue_;
  Violations violations_;
  using AboveKey = std::tuple<std::string, std::string, std::string>;  // rule, item and who is at fault
  std::map<AboveKey, std::size_t> above_;                              // their places among the violations
};

/// `/north license main`: how violations name a licence.
std::string describe_license(const std::string& group, std::string_view name);

/// `/north user ann@north.example`: how violations name a membership.
std::string describe_member(const std::string& group, std::string_view email);

/// `from 2026-07-01 until 2026-12-31`, open ends left out; `on every day` for a period without ends.
std::string describe_days(const Period& period);

}  // namespace allot
