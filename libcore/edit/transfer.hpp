#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libcore/edit/write.hpp"

namespace allot {

/// A licence of a group.
struct LicensePlace {
  Path path;
  std::string name;

  bool operator==(const LicensePlace&) const = default;
};

/// Throws usage if both licences of a transfer are the same.
void require_different(const LicensePlace& from, const LicensePlace& to);

/// Lowers counts of the licence `from` and raises those of the different licence `to` by `amounts`, which are above
/// zero. Both are judged as one change: only the result must obey the rules.
void transfer_counts(Write& write, const LicensePlace& from, const LicensePlace& to,
                     const std::vector<std::pair<std::string, std::int64_t>>& amounts);

}  // namespace allot
