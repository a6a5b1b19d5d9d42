#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/model/hierarchy.hpp"
#include "libcore/model/timeline.hpp"

namespace allot {

/// The rules of allot-rules(7), with the names used in violations.
enum class Rule : std::uint8_t { requires_, limit, ceiling, feature, period };

/// A counted resource or a feature.
struct Item {
  enum class Kind : std::uint8_t { counted, feature };

  Kind kind = Kind::counted;
  std::uint32_t id = 0;

  static Item counted(ResourceId id) { return {Kind::counted, id}; }
  static Item feature(FeatureId id) { return {Kind::feature, id}; }
  bool operator==(const Item&) const = default;
};

/// Returns the name of `item` in `catalogue`.
const std::string& name_of(const Catalogue& catalogue, const Item& item);

/// A violation of a rule, before it is described in words.
struct RuleViolation {
  Rule rule = Rule::limit;
  std::optional<Item> item;
  Period span;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> requested;
  std::optional<std::int64_t> accepted;
  std::optional<std::int64_t> allotted;
  Period asked;  ///< the period of the licence or membership, for rules about periods
};

using RuleViolations = std::vector<RuleViolation>;

/// The usage of a group by its children and users, for each counted resource; allot-rules(7), Allotted.
class Usage {
 public:
  const Timeline& operator[](ResourceId id) const;
  Timeline& edit(ResourceId id);
  void add(const Usage& other, std::int64_t factor = 1);

  /// Adds `factor` times the counts of `grant` over its period.
  void add(const Grant& grant, std::int64_t factor = 1);

  bool is_zero() const;
  ResourceId end() const { return static_cast<ResourceId>(timelines_.size()); }
  bool operator==(const Usage& other) const;

 private:
  std::vector<Timeline> timelines_;
};

/// The grants of a group's licences.
using GrantList = std::vector<const Grant*>;

GrantList grants_of(const std::vector<License>& licenses);

/// The capacity of a restricted group: the limits, hulls and features of its licences.
struct Capacity {
  Usage limits;                       ///< allot-rules(7), Limit
  std::vector<Period> counted_hulls;  ///< allot-rules(7), Hull: for each counted resource, empty if there is none
  std::vector<Period> feature_hulls;  ///< the same for each feature
  std::vector<bool> holds;            ///< whether any licence has a count of the resource
  Features listed;                    ///< the features that any licence lists

  /// Returns the capacity of licences with `grants` below `above`, the capacity of the nearest restricted group above
  /// (or null).
  static Capacity of(const GrantList& grants, const Capacity* above, const Catalogue& catalogue);

  const Period& hull(const Item& item) const {
    return item.kind == Item::Kind::counted ? counted_hulls[item.id] : feature_hulls[item.id];
  }
};

/// Returns whether a licence or membership still matters for rules 2 to 5; allot-rules(7), Live.
inline bool is_live(const Grant& grant, Day today) { return grant.period.until >= today; }

/// Checks a grant by itself: allot-rules(7), Requires and the first half of Period.
void check_grant(const Grant& grant, const Catalogue& catalogue, RuleViolations& rule_violations);

/// Checks a grant that draws on `capacity`: allot-rules(7), Limit (second half), Feature and Period.
void check_draw(const Grant& grant, const Capacity& capacity, Day today, RuleViolations& rule_violations);

/// Checks that usage is within the limit on every checked day: allot-rules(7), Limit (first half).
void check_limits(const Usage& taken, const Capacity& capacity, Day today, RuleViolations& rule_violations);

/// Checks the licences of a shared group, with the capacity `own`, against the `capacity` above it: allot-rules(7),
/// Ceiling.
void check_ceiling(const GrantList& grants, const Capacity& own, const Capacity& capacity, Day today,
                   RuleViolations& rule_violations);

/// Returns how much more of `id` could be used on every checked day of `within`; nothing if it contains no checked day.
std::optional<std::int64_t> find_room(const Timeline& taken, const Timeline& limit, const Period& within, Day today);

/// Returns the number of ceilings that a group with this restriction counts against the capacity above: 1 if it is
/// shared, the `ceilings` below it if it is unrestricted.
std::int64_t pass_ceilings(Restriction restriction, std::int64_t ceilings);

/// Returns whether the change of a group's capacity from `before` to `after` can break a rule below it. `ceilings` is
/// the number of shared groups that draw on it; merely lower limits affect only these.
bool may_break_below(const Capacity& before, const Capacity& after, std::int64_t ceilings, Day today);

}  // namespace allot
