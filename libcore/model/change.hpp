#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libcore/model/group_id.hpp"
#include "libcore/model/hierarchy.hpp"
#include "libcore/model/item.hpp"
#include "libcore/model/template_text.hpp"

namespace allot {

/// The kind of change of an item by a write.
enum class Op : std::uint8_t { create, update, remove, keep };

/// The state of a group and of a catalogue entry in a change.
struct GroupState {
  std::string path;
  GroupTraits traits;
  GroupId parent = 0;  ///< its parent; 0 for the company

  bool operator==(const GroupState&) const = default;
};
struct EntryState {
  bool is_counted = false;
  std::string required;  ///< the resource that it requires, or empty

  bool operator==(const EntryState&) const = default;
};

/// Returns the entry of `catalogue` named `name`; nothing if there is none.
std::optional<EntryState> find_entry_state(const Catalogue& catalogue, std::string_view name);

/// The state of an item; `monostate` if it does not exist.
using ItemState = std::variant<std::monostate, GroupState, License, Membership, EntryState, TemplateText>;

/// The change of one item by a write.
struct Change {
  Op op = Op::create;
  What what = What::group;
  std::string path;  ///< the path of the group, or of the item's group; empty for an item of no group
  std::string name;  ///< the name of the licence or entry, or the user's e-mail; empty for a group
  ItemState before;
  ItemState after;
};

/// Sorts changes by path: items of no group first, each group before its contents.
void sort_changes(std::vector<Change>& changes);

}  // namespace allot
