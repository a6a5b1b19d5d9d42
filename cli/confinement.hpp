#pragma once

namespace allot::cli {

/// Limits the memory, CPU time and core size of this process and clears its environment, which a remote caller may
/// have influenced. Throws internal on failure.
void confine_process();

}  // namespace allot::cli
