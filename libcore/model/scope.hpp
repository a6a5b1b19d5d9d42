#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace allot {

/// The actor's access to a group and all groups below it; allot-rules(7), Delegation.
enum class AccessLevel : std::uint8_t { none, see, administer };

/// The name of groups that are not visible; no path has this spelling.
inline constexpr std::string_view kAbove = "above";

/// The groups in which an actor has an access level of its own; everything if there is no actor.
class Scope {
 public:
  /// A group id and the access level that a membership in it confers.
  using Entry = std::pair<std::int64_t, AccessLevel>;

  /// Creates the scope of full rights.
  Scope() : is_full_(true) {}

  /// Creates the scope of memberships; each group is kept once, with its highest access level.
  explicit Scope(std::vector<Entry> entries);

  /// Returns the access level in a group from its own entry and the access level `above` in its parent.
  AccessLevel access_in(std::int64_t group, AccessLevel above) const;

  /// Returns whether everything is visible and permitted because there is no actor.
  bool is_full() const { return is_full_; }

  /// Returns the groups with an entry, by id.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  bool is_full_ = false;
  std::vector<Entry> entries_;
};

}  // namespace allot
