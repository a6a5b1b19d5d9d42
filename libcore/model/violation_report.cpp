#include "libcore/model/violation_report.hpp"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

std::string_view word_for(Rule rule) {
  static constexpr std::string_view kWords[] = {"requires", "limit", "ceiling", "feature", "period"};
  return kWords[static_cast<std::size_t>(rule)];
}

std::string describe_limit(const Violation& violation) {
  if (*violation.limit == 0 && violation.accepted == 0) {
    return fmt::format("{} has no licence for {}, and {} asks for {}", violation.group, violation.item, violation.by,
                       *violation.requested);
  }
  const std::string limit =
      fmt::format("{} has {} {} {}", violation.group, *violation.limit, violation.item, describe_days(violation.span));
  if (!violation.accepted) {
    return fmt::format("{}, and {} are allotted: at least that many are needed", limit, *violation.allotted);
  }
  if (violation.by.empty()) {
    return fmt::format("{}, and {} would be allotted: at most {} can be", limit, *violation.allotted,
                       *violation.accepted);
  }
  return fmt::format("{}, {} asks for {}, which makes {} allotted in all: at most {} would be accepted", limit,
                     violation.by, *violation.requested, *violation.allotted, *violation.accepted);
}

std::string describe_ceiling(const Violation& violation) {
  if (!violation.accepted && !violation.holders.listed.empty()) {
    return fmt::format("{} has {} {} {}, and the ceiling of {} is {}: at least that many are needed", violation.group,
                       *violation.limit, violation.item, describe_days(violation.span),
                       violation.holders.listed.front().by, *violation.requested);
  }
  return fmt::format("{} has {} {} {}, and the ceiling of {} would be {}: at most {} would be accepted",
                     violation.group, *violation.limit, violation.item, describe_days(violation.span), violation.by,
                     *violation.requested, violation.accepted.value_or(*violation.limit));
}

std::string describe_period(const Violation& violation, const Period& asked) {
  if (violation.item.empty()) {
    return fmt::format("{} would begin on {} and end on {}, before it begins", violation.by, asked.from.to_string(),
                       asked.until.to_string());
  }
  return fmt::format("{} asks for {} {}, but {} has it {}", violation.by, violation.item, describe_days(asked),
                     violation.group, describe_days(violation.span));
}

std::string describe_requires(const Violation& violation, const Catalogue& catalogue) {
  const CountedResource& item = catalogue.counted()[*catalogue.find_counted(violation.item)];
  const std::string& required = catalogue.counted()[*item.requires_id].name;
  return fmt::format("{} asks for {} {}, more than its {} {} ({} requires {}): at most {} would be accepted",
                     violation.by, *violation.requested, violation.item, *violation.limit, required, violation.item,
                     required, *violation.accepted);
}

std::string describe(Rule rule, const Violation& violation, const Period& asked, const Catalogue& catalogue) {
  switch (rule) {
    case Rule::requires_:
      return describe_requires(violation, catalogue);
    case Rule::limit:
      return describe_limit(violation);
    case Rule::ceiling:
      return describe_ceiling(violation);
    case Rule::feature:
      return fmt::format("{} asks for {}, which no licence of {} has", violation.by, violation.item, violation.group);
    case Rule::period:
      return describe_period(violation, asked);
  }
  return {};
}

/// Describes a violation in a group that is not visible: who is at fault, and what would be accepted.
std::string describe_above(Rule rule, const Violation& violation, const Period& asked) {
  const std::string& by = violation.by;
  const std::string days = describe_days(violation.span);
  const std::string most =
      violation.accepted ? fmt::format(": at most {} would be accepted", *violation.accepted) : std::string{};
  switch (rule) {
    case Rule::limit:
      if (by.empty()) return fmt::format("there is not enough {} above {}{}", violation.item, days, most);
      return fmt::format("{} asks for {} {}, more than is left above {}{}", by, violation.requested.value_or(0),
                         violation.item, days, most);
    case Rule::ceiling:
      return fmt::format("the ceiling of {} would be {} {}, more than above has {}{}", by,
                         violation.requested.value_or(0), violation.item, days, most);
    case Rule::feature:
      return fmt::format("{} asks for {}, which is not licensed above", by, violation.item);
    case Rule::period:
      return fmt::format("{} asks for {} {}, but above has it {}", by, violation.item, describe_days(asked), days);
    case Rule::requires_:
      break;
  }
  return {};
}

}  // namespace

void ViolationReport::add(const RuleViolation& rule_violation, const std::string& group, const std::string& by,
                          Holders holders) {
  Violation violation;
  const bool is_above = group == kAbove;
  if (is_listing() || is_above) {
    violation.rule = word_for(rule_violation.rule);
    violation.group = group;
    if (rule_violation.item) violation.item = name_of(*catalogue_, *rule_violation.item);
    violation.span = rule_violation.span;
    violation.limit = rule_violation.limit;
    violation.requested = rule_violation.requested;
    violation.accepted = rule_violation.accepted;
    violation.allotted = rule_violation.allotted;
    violation.by = by;
    if (is_above) return add_above(std::move(violation), rule_violation);
    violation.holders = std::move(holders);
    violation.message = describe(rule_violation.rule, violation, rule_violation.asked, *catalogue_);
  }
  violations_.add(std::move(violation));
}

/// Adds a violation in a group that is not visible, or merges it with a previous violation of the same rule, item and
/// cause.
void ViolationReport::add_above(Violation violation, const RuleViolation& rule_violation) {
  const auto [known, is_new] = above_.try_emplace({violation.rule, violation.item, violation.by}, violations_.total());
  if (!is_new && known->second >= violations_.listed().size()) return;
  if (!is_new) {
    Violation& first = violations_.listed()[known->second];
    if (!violation.accepted || (first.accepted && *first.accepted <= *violation.accepted)) return;
    violation.span = first.span;
  }
  violation.message = describe_above(rule_violation.rule, violation, rule_violation.asked);
  violation.limit.reset();
  violation.requested.reset();
  violation.allotted.reset();
  violation.by.clear();
  if (is_new) {
    violations_.add(std::move(violation));
  } else {
    violations_.listed()[known->second] = std::move(violation);
  }
}

void ViolationReport::enforce() {
  if (violations_.is_empty()) return;
  const std::size_t total = violations_.total();
  std::string message = total == 1 ? std::string{"refused: "} + violations_.listed().front().message
                                   : fmt::format("refused: {} would be broken", count_of(total, "rule"));
  throw Error::refused(std::move(message), std::move(violations_));
}

std::string describe_license(const std::string& group, std::string_view name) {
  return fmt::format("{} license {}", group, name);
}

std::string describe_member(const std::string& group, std::string_view email) {
  return fmt::format("{} user {}", group, email);
}

std::string describe_days(const Period& period) {
  const bool has_from = period.from.is_finite();
  const bool has_until = period.until.is_finite();
  if (has_from && period.from == period.until) return fmt::format("on {}", period.from.to_string());
  if (has_from && has_until) return fmt::format("from {} until {}", period.from.to_string(), period.until.to_string());
  if (has_from) return fmt::format("from {} on", period.from.to_string());
  if (has_until) return fmt::format("until {}", period.until.to_string());
  return "on every day";
}

}  // namespace allot
