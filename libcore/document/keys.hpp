#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The keys of one kind of mapping, and its name in messages.
struct KeySet {
  std::string_view place;
  std::span<const std::string_view> words;
};

/// The keys of each kind of mapping; the words are in the order of the enumerators.
enum class GroupKey : std::uint8_t {
  kind,
  labels,
  restriction,
  suspended,
  reminder,
  licenses,
  users,
  groups,
  allot,
  catalog
};
inline constexpr std::array<std::string_view, 10> kTopWords{
    "kind", "labels", "restriction", "suspended", "reminder", "licenses", "users", "groups", "allot", "catalog"};
inline constexpr KeySet kTopKeys{"the hierarchy", kTopWords};
inline constexpr KeySet kGroupKeys{"a group", std::span{kTopWords}.first(8)};

enum class LicenseKey : std::uint8_t { features, from, until, type, labels };
inline constexpr std::array<std::string_view, 5> kLicenseWords{"features", "from", "until", "type", "labels"};
inline constexpr KeySet kLicenseKeys{"a licence", kLicenseWords};

enum class UserKey : std::uint8_t { features, from, until, name, role, labels };
inline constexpr std::array<std::string_view, 6> kUserWords{"features", "from", "until", "name", "role", "labels"};
inline constexpr KeySet kUserKeys{"a user", kUserWords};

enum class ReminderKey : std::uint8_t { before, repeat, users, low };
inline constexpr std::array<std::string_view, 4> kReminderWords{"before", "repeat", "users", "low"};
inline constexpr KeySet kReminderKeys{"a reminder", kReminderWords};

enum class CatalogKey : std::uint8_t { counted, features };
inline constexpr std::array<std::string_view, 2> kCatalogWords{"counted", "features"};
inline constexpr KeySet kCatalogKeys{"the catalogue", kCatalogWords};

enum class CountedKey : std::uint8_t { requires_ };
inline constexpr std::array<std::string_view, 1> kCountedWords{"requires"};
inline constexpr KeySet kCountedKeys{"a counted resource", kCountedWords};

/// Returns the message for a key that is not in `keys` nor in the names of `more`.
std::string describe_unknown_key(std::string_view key, const KeySet& keys, const std::vector<std::string>& more = {});

}  // namespace allot
