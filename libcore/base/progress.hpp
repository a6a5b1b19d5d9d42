#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace allot {

/// DeliveryRecord now and then how far a long work is: its step, what is done of it and how much there is (0 if
/// unknown). One thread at a time calls it, not always the one that began the work. An empty one is not called.
using ReportProgress = std::function<void(std::string_view step, std::uint64_t done, std::uint64_t total)>;

}  // namespace allot
