#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/rules.hpp"

namespace allot {

/// The stored form of `figures.allotted`; `rows` has the row of `catalog` for each counted resource.
std::string write_usage(const Usage& usage, const std::vector<std::int64_t>& rows);

/// Parses stored usage, without resources that are not in `rows`; throws store for values that allot never writes.
Usage read_usage(std::string_view blob, const std::vector<std::int64_t>& rows);

}  // namespace allot
