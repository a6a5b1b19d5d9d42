#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libcore/engine/entry_text.hpp"
#include "libcore/store/store.hpp"

namespace allot {

/// A thing that an entry of the log can change: a group by its row, a licence or membership by its group and name (an
/// e-mail in small letters), an entry of the catalogue by its name.
struct ThingKey {
  What what = What::group;
  std::int64_t group = 0;
  std::string name;

  auto operator<=>(const ThingKey&) const = default;
};

/// A thing before an entry and after it.
struct NetChange {
  std::string path{};  ///< of its group, as the entry first tells it
  std::vector<std::int64_t> way{};
  ItemState before{};
  ItemState after{};
  std::size_t last = 0;       ///< which of the entry's changes was the last of the thing
  std::string other_email{};  ///< in small letters, of a user who was given another e-mail: that on the other side

  bool makes() const { return std::holds_alternative<std::monostate>(before); }
  bool removes() const { return std::holds_alternative<std::monostate>(after); }
};

/// The group before its change, and after it; throws std::bad_variant_access where it was not there.
inline const GroupState& group_before(const NetChange& change) { return std::get<GroupState>(change.before); }
inline const GroupState& group_after(const NetChange& change) { return std::get<GroupState>(change.after); }

/// What the changes of an entry come to, thing by thing; what was changed and changed back is left out. A user who was
/// given another e-mail is a membership that goes and one that comes, each with the other's e-mail.
using NetChanges = std::map<ThingKey, NetChange>;
NetChanges net_of(const std::vector<Change>& changes);

/// The things that one change is of: two where a user was given another e-mail.
std::vector<ThingKey> keys_of(const Change& change);

/// What a thing is in `store` now; of a group's path only its name.
ItemState state_now(Store& store, const ThingKey& key);

/// Whether two states of a thing are the same; of a group without the names of those above it.
bool is_same_state(const ItemState& a, const ItemState& b);

/// The name of the group at the end of a path.
std::string name_in(const std::string& path);

}  // namespace allot
