#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/model/hierarchy.hpp"
#include "libcore/model/timeline.hpp"

namespace allot {

/// The rules of allot-rules(7), each named as violations name it.
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

/// The name of `item` in `catalogue`.
const std::string& name_of(const Catalogue& catalogue, const Item& item);

/// One breach of a rule, before it is told in words.
struct RuleViolation {
  Rule rule = Rule::limit;
  std::optional<Item> item;
  Period span;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> requested;
  std::optional<std::int64_t> accepted;
  std::optional<std::int64_t> allotted;
  Period asked;  ///< the period of the licence or membership, for the rules that speak of one
};

using RuleViolations = std::vector<RuleViolation>;

/// What a group's children and users take from it, for each counted resource; allot-rules(7), Allotted.
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

/// What a restricted group has to pass on: the limits, hulls and features of its licences.
struct Capacity {
  Usage limits;                       ///< allot-rules(7), Limit
  std::vector<Period> counted_hulls;  ///< allot-rules(7), Hull: for each counted resource, empty where there is none
  std::vector<Period> feature_hulls;  ///< the same for each feature
  std::vector<bool> holds;            ///< whether some licence has a count of the resource at all
  Features listed;                    ///< the features that some licence lists

  /// What licences that hold `grants` offer below `above`, the offer of the nearest restricted group above (or null).
  static Capacity of(const GrantList& grants, const Capacity* above, const Catalogue& catalogue);

  const Period& hull(const Item& item) const {
    return item.kind == Item::Kind::counted ? counted_hulls[item.id] : feature_hulls[item.id];
  }
};

/// Whether a licence or membership still matters for rules 2 to 5; allot-rules(7), Live.
inline bool is_live(const Grant& grant, Day today) { return grant.period.until >= today; }

/// allot-rules(7), Requires and the first half of Period: what binds a grant wherever it stands.
void check_grant(const Grant& grant, const Catalogue& catalogue, RuleViolations& rule_violations);

/// allot-rules(7), Limit (its second half), Feature and Period: what binds a grant that draws on `offer`.
void check_draw(const Grant& grant, const Capacity& capacity, Day today, RuleViolations& rule_violations);

/// allot-rules(7), Limit (its first half): on every checked day no more is taken than the limit.
void check_limits(const Usage& taken, const Capacity& capacity, Day today, RuleViolations& rule_violations);

/// allot-rules(7), Ceiling: a shared group's licences, which make `own`, against the `offer` above it.
void check_ceiling(const GrantList& grants, const Capacity& own, const Capacity& capacity, Day today,
                   RuleViolations& rule_violations);

/// How much more of `id` could be taken on each checked day of `within`; nothing if no checked day lies in it.
std::optional<std::int64_t> find_room(const Timeline& taken, const Timeline& limit, const Period& within, Day today);

/// How many ceilings stand against the offer above a group with this restriction: its own where it is shared, and where
/// it has none the `ceilings` below it.
std::int64_t pass_ceilings(Restriction restriction, std::int64_t ceilings);

/// Whether something that stood below a group while it offered `before` could break a rule now that it offers `after`;
/// `ceilings` is how many shared groups draw on it, the only ones that limits which are merely lower concern.
bool may_break_below(const Capacity& before, const Capacity& after, std::int64_t ceilings, Day today);

}  // namespace allot
