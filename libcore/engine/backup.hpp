#pragma once

#include <cstdint>
#include <string>

#include "libcore/base/progress.hpp"
#include "libcore/engine/engine.hpp"

namespace allot {

/// Makes a copy of the store in `file` as Store::copy_to does, or in a dry run finds out whether it could, and gives
/// the revision of the copy. The actor needs the right to it before and in the copy; throws denied. No view and no
/// write of the engine may be open.
std::int64_t back_up(Engine& engine, const std::string& file, DryRun dry_run, const ReportProgress& report = {});

}  // namespace allot
