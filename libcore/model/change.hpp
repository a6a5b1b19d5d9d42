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

/// What a write does to an item.
enum class Op : std::uint8_t { create, update, remove, keep };

/// A group with its place, an entry of the catalogue: what changes of them show.
struct GroupState {
  std::string path;
  GroupTraits traits;
  GroupId parent = 0;  ///< the group above it; 0 for the company

  bool operator==(const GroupState&) const = default;
};
struct EntryState {
  bool is_counted = false;
  std::string required;  ///< the resource that it requires, or empty

  bool operator==(const EntryState&) const = default;
};

/// An entry of `catalogue`; nothing where it has none of that name.
std::optional<EntryState> find_entry_state(const Catalogue& catalogue, std::string_view name);

/// What something was or is; `monostate` where it was not or is no more.
using ItemState = std::variant<std::monostate, GroupState, License, Membership, EntryState, TemplateText>;

/// One thing that a write changed.
struct Change {
  Op op = Op::create;
  What what = What::group;
  std::string path;  ///< the group that it is or belongs to; empty for what is of none
  std::string name;  ///< the licence's name, the user's e-mail, the entry's name; empty for a group
  ItemState before;
  ItemState after;
};

/// Puts changes in path order, a group before what is in it, first what is of no group.
void sort_changes(std::vector<Change>& changes);

}  // namespace allot
