#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace allot {

/// A callback that reports the progress of a long operation: its step, the amount done and the total (0 if unknown). It
/// is called by one thread at a time, which may not be the thread that began the operation. An empty function is not
/// called.
using ReportProgress = std::function<void(std::string_view step, std::uint64_t done, std::uint64_t total)>;

}  // namespace allot
