#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/model/hierarchy.hpp"
#include "libcore/model/rules.hpp"

namespace allot {

/// The entitlement of a user to a resource: the total and the groups that contribute to it.
struct CountedEntitlement {
  std::int64_t total = 0;
  std::vector<std::pair<std::string, std::int64_t>> from;  ///< groups that contribute more than 0, in path order
};

/// What a user is entitled to on a day; allot-rules(7), Entitlement.
struct Entitlement {
  std::vector<CountedEntitlement> counts;          ///< for each counted resource
  std::vector<std::vector<std::string>> features;  ///< for each feature the groups that provide it

  Entitlement() = default;
  /// Creates an entitlement to nothing.
  explicit Entitlement(const Catalogue& catalogue)
      : counts(catalogue.counted().size()), features(catalogue.features().size()) {}

  /// Adds what an active membership of the group at `path` gives, whose features may be inherited; `is_enabled` returns
  /// whether nothing blocks an item there.
  void add(const std::string& path, const Grant& grant, bool inherits_features,
           const std::function<bool(const Item&)>& is_enabled);
};

/// A user and what some of its memberships entitle it to.
struct EntitledUser {
  std::string email;
  std::string name;
  Entitlement entitlement;
};

}  // namespace allot
