#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/model/rules.hpp"

namespace allot {

/// A requested grant with, for each resource, the largest count that the limits checked so far allow.
class Headroom {
 public:
  /// Creates the headroom of a write that does not concern a single licence or membership.
  explicit Headroom(Day today) : today_(today) {}

  /// `by` names the licence or membership in refusals; `grant` must outlive this object.
  Headroom(std::string by, const Grant& grant, Day today) : by_(std::move(by)), grant_(&grant), today_(today) {}

  const std::string& by() const { return by_; }

  /// Applies the restricted group, with `capacity`, that the grant draws on.
  void drawn_from(const Capacity& capacity);

  /// Applies a group at or above that group, with `capacity` and the usage `taken`, which includes the grant.
  void bound_by(const Usage& taken, const Capacity& capacity);

  /// Applies, for a licence, the needs of its own group: the usage `taken` against its capacity `own`.
  void hold_for(const Usage& taken, const Capacity& own);

  /// Returns the largest count of `id` that the limits applied so far allow; nothing if none limits it.
  std::optional<std::int64_t> most(ResourceId id) const { return id < most_.size() ? most_[id] : std::nullopt; }

  /// Sets the usage of the written subtree, for `left_of`.
  void takes(Usage own) { own_ = std::move(own); }

  /// Returns the largest usage of the subtree that the exceeded limit above it allows, without revealing the limit;
  /// nothing if no subtree is written.
  std::optional<std::int64_t> left_of(const RuleViolation& rule_violation) const;

  /// Completes a violation with the requested count and the largest count that would be accepted.
  void complete(RuleViolation& rule_violation) const;

 private:
  void bound(ResourceId id, std::int64_t most);

  std::string by_;
  const Grant* grant_ = nullptr;
  Day today_;
  std::vector<std::optional<std::int64_t>> most_;
  std::optional<Usage> own_;

  /// The minimum count that a group needs of its licence, and whether it can do without the licence.
  struct Need {
    std::int64_t least = 0;
    bool can_be_none = false;
  };
  std::vector<Need> needs_;
};

}  // namespace allot
