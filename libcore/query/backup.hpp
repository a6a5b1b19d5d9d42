#pragma once

#include <cstdint>
#include <string>

#include "libcore/access/engine.hpp"
#include "libcore/base/progress.hpp"

namespace allot {

/// Makes a copy of the store in `file`, or in a dry run finds out whether it could, and returns the revision of the
/// copy. The actor needs the permission for it both before and at that revision; throws denied, and what StoreCopy
/// throws. No view and no write of the engine may be open.
std::int64_t back_up(Engine& engine, const std::string& file, DryRun dry_run, const ReportProgress& report = {});

}  // namespace allot
