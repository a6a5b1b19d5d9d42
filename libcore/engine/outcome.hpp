#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libcore/model/hierarchy.hpp"
#include "libcore/model/item.hpp"
#include "libcore/model/letter.hpp"

namespace allot {

/// Whether a write is only checked and shown.
enum class DryRun { no, yes };

/// What a write does to an item.
enum class Op : std::uint8_t { create, update, remove, keep };

/// A group with its place, an entry of the catalogue: what changes of them show.
struct GroupState {
  std::string path;
  GroupTraits traits;
  std::int64_t parent = 0;  ///< the row of the group above it; 0 for the company

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
using ItemState = std::variant<std::monostate, GroupState, License, Membership, EntryState, Letter>;

/// One thing that a write changed.
struct Change {
  Op op = Op::create;
  What what = What::group;
  std::string path;  ///< the group that it is or belongs to; empty for what is of none
  std::string name;  ///< the licence's name, the user's e-mail, the entry's name; empty for a group
  ItemState before;
  ItemState after;
};

/// How many things of each kind.
struct Counters {
  std::int64_t groups = 0;
  std::int64_t licenses = 0;
  std::int64_t memberships = 0;
  std::int64_t catalog = 0;
  std::int64_t templates = 0;

  std::int64_t& of(What what);
  std::int64_t total() const { return groups + licenses + memberships + catalog + templates; }
};

/// What a write did, or would do in a dry run.
struct Outcome {
  std::int64_t revision = 0;  ///< of the store, after the write
  bool is_dry_run = false;
  Counters created;
  Counters updated;
  Counters removed;
  Counters unchanged;
  std::vector<std::string> notes;  ///< what the write did beside what was asked, one sentence each
  std::vector<Change> changes;     ///< the changes, or the first of them
  bool has_all_changes = true;
  Catalogue catalogue;  ///< after the write: what the ids in the changes mean

  bool has_changes() const { return created.total() + updated.total() + removed.total() > 0; }
};

/// Puts changes in path order, a group before what is in it, first what is of no group.
void sort_changes(std::vector<Change>& changes);

}  // namespace allot
