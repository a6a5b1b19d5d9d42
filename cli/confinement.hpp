#pragma once

namespace allot::cli {

/// Bounds what this process may take (memory, processor time, a core) and leaves it nothing of its environment, which a
/// remote caller may have had a part in; throws internal where that fails.
void confine_process();

}  // namespace allot::cli
