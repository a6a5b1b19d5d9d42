#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace allot {

/// What one who acts under delegation may do in a group and all below it; allot-rules(7), Delegation.
enum class AccessLevel : std::uint8_t { none, see, administer };

/// What a group that is out of sight is called wherever it would be named; no path is spelled so.
inline constexpr std::string_view kAbove = "above";

/// The groups that an actor was given power in; everything where nobody is named to act as.
class Scope {
 public:
  /// A group's row in the store and the power that a membership in it gives.
  using Entry = std::pair<std::int64_t, AccessLevel>;

  /// The scope of one who acts with full rights.
  Scope() : is_full_(true) {}

  /// The scope that memberships give; each group stands in it once, with the greater power.
  explicit Scope(std::vector<Entry> entries);

  /// The power in a group whose parent one has `above` in.
  AccessLevel access_in(std::int64_t group, AccessLevel above) const;

  /// Whether nothing is out of sight, nor denied, because nobody is named to act as.
  bool is_full() const { return is_full_; }

  /// The groups with power of their own, by row.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  bool is_full_ = false;
  std::vector<Entry> entries_;
};

}  // namespace allot
