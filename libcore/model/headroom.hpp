#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/model/rules.hpp"

namespace allot {

/// What one licence or membership asks for, and for each resource the most that the limits it meets would allow.
class Headroom {
 public:
  /// Of a write that is not about one licence or membership.
  explicit Headroom(Day today) : today_(today) {}

  /// `by` names the licence or membership in refusals; `grant` must outlive the allowance.
  Headroom(std::string by, const Grant& grant, Day today) : by_(std::move(by)), grant_(&grant), today_(today) {}

  const std::string& by() const { return by_; }

  /// Learns from the restricted group that what is asked for draws on, which offers `offer`.
  void drawn_from(const Capacity& capacity);

  /// Learns from a group at or above that one, which offers `offer` and from which `taken` is taken, what is asked for
  /// included.
  void bound_by(const Usage& taken, const Capacity& capacity);

  /// Learns, where a licence is asked for, how much of it its own group needs: `taken` from it against its offer `own`.
  void hold_for(const Usage& taken, const Capacity& own);

  /// Learns what a subtree that is written takes in all, for `left_of`.
  void takes(Usage own) { own_ = std::move(own); }

  /// The most that the subtree could take in all where a limit above it is exceeded, without telling that limit;
  /// nothing where no subtree is written.
  std::optional<std::int64_t> left_of(const RuleViolation& rule_violation) const;

  /// Completes a finding with what was asked for and the most that would have been accepted.
  void complete(RuleViolation& rule_violation) const;

 private:
  void bound(ResourceId id, std::int64_t most);

  std::string by_;
  const Grant* grant_ = nullptr;
  Day today_;
  std::vector<std::optional<std::int64_t>> most_;
  std::optional<Usage> own_;

  /// The least that a group needs of its licence, and whether it could do without any.
  struct Need {
    std::int64_t least = 0;
    bool can_be_none = false;
  };
  std::vector<Need> needs_;
};

}  // namespace allot
