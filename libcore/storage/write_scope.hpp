#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "libcore/model/path.hpp"

namespace allot {

/// What a write judges and changes, announced so that a store on a server lets others write the rest meanwhile.
struct WriteScope {
  /// Everything: no other write is made at the same time.
  static WriteScope everything() { return {{Path{}}, std::nullopt, false}; }

  /// It judges and changes nothing outside the nearest reserved group at or above each of these, but it may read the
  /// groups above them.
  std::vector<Path> places = {};
  std::optional<std::string> user = {};  ///< the e-mail whose memberships it changes, if it names one
  bool creates_groups = false;

  bool is_everything() const {
    return std::any_of(places.begin(), places.end(), [](const Path& place) { return place.is_root(); });
  }
};

}  // namespace allot
