#pragma once

#include "libcore/edit/write.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {

/// Adds to each listed violation of a limit of a visible group the groups whose limits are idle, as they are saved:
/// without the changes of the open write.
void add_idle(Write& write, Violations& violations);

/// Throws refused with all violations of `violation_report`, if there are any.
void enforce(Write& write, ViolationReport& violation_report);

}  // namespace allot
