#pragma once

#include <cstdint>
#include <string>

#include "libcore/access/engine.hpp"
#include "libcore/base/progress.hpp"

namespace allot {

/// Copies the store to `file` and returns the revision of the copy; a dry run only checks whether that is possible. The
/// actor needs the permission before the copy and at its revision. Throws denied and the errors of StoreCopy. No view
/// or write of the engine may be open.
std::int64_t back_up(Engine& engine, const std::string& file, DryRun dry_run, const ReportProgress& report = {});

}  // namespace allot
