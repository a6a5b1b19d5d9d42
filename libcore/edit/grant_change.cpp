#include "libcore/edit/grant_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {
namespace {

/// Returns the count that a change, not to the largest count, makes of `count`, which may not be representable.
std::int64_t result_of(const CountChange& change, std::int64_t count) {
  return change.kind == CountChange::Kind::difference ? count + change.number : change.number;
}

}  // namespace

void apply(const GrantChange& specified, const Catalogue& catalogue, Grant& grant) {
  for (const auto& [name, change] : specified.counts) {
    const ResourceId id = get_counted(catalogue, name);
    if (change.kind == CountChange::Kind::largest) continue;
    const std::int64_t count = result_of(change, grant.counts[id]);
    grant.counts.set(id, static_cast<std::int32_t>(std::clamp<std::int64_t>(count, 0, kLargestCount)));
  }
  for (const std::string& name : specified.added_features) grant.features.add(get_feature(catalogue, name));
  for (const std::string& name : specified.dropped_features) grant.features.remove(get_feature(catalogue, name));
  if (specified.from) grant.period.from = *specified.from;
  if (specified.until) grant.period.until = *specified.until;
}

void check_countable(const GrantChange& specified, const Catalogue& catalogue, const Grant& before,
                     const std::string& path, const std::string& by, Violations& violations) {
  for (const auto& [name, change] : specified.counts) {
    if (change.kind != CountChange::Kind::difference) continue;
    const std::int64_t count = before.counts[get_counted(catalogue, name)];
    const std::int64_t result = result_of(change, count);
    if (result >= 0 && result <= kLargestCount) continue;
    Violation violation;
    violation.rule = "limit";
    violation.group = path;
    violation.item = name;
    violation.span = before.period;
    violation.requested = result;
    violation.by = by;
    if (result < 0) {
      violation.message =
          fmt::format("{} has {} {}: at most {} can be taken from it, not {}", by, count, name, count, -change.number);
    } else {
      violation.limit = kLargestCount;
      violation.message = fmt::format("{} would have {} {}: at most {} can be", by, result, name, kLargestCount);
    }
    violations.add(std::move(violation));
  }
}

void require_countable(const GrantChange& specified, const Catalogue& catalogue, const Grant& before,
                       const std::string& path, const std::string& by) {
  ViolationReport violation_report{catalogue};
  check_countable(specified, catalogue, before, path, by, violation_report.violations());
  violation_report.enforce();
}

}  // namespace allot
