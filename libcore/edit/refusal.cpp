#include "libcore/edit/refusal.hpp"

#include "libcore/access/idle.hpp"

namespace allot {
namespace {

std::optional<GroupId> find_id(Snapshot& rows, const Path& path) {
  GroupId id = kRootGroup;
  for (const std::string& name : path.names()) {
    const auto group = rows.find_group(id, name);
    if (!group) return std::nullopt;
    id = group->id;
  }
  return id;
}

}  // namespace

void add_idle(Write& write, Violations& violations) {
  StoreReader& rows = write.rows();
  const std::unique_ptr<Snapshot> before = rows.rows_as_of(write.changes().revision() - 1);
  Catalogue catalogue = write.catalogue();
  before->read_with(catalogue);
  for (Violation& violation : violations.listed()) {
    if (violation.rule != "limit" || violation.group == kAbove) continue;
    const auto id = catalogue.find_counted(violation.item);
    const auto group = find_id(rows, Path::parse(violation.group));
    if (!id || !group) continue;
    const Day day = violation.span.from.is_finite() ? violation.span.from : write.today();
    violation.idle = find_idle(*before, *group, violation.group, *id, day);
  }
}

void enforce(Write& write, ViolationReport& violation_report) {
  if (violation_report.is_clean()) return;
  add_idle(write, violation_report.violations());
  violation_report.enforce();
}

}  // namespace allot
