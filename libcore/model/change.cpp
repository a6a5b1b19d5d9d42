#include "libcore/model/change.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace allot {

std::optional<EntryState> find_entry_state(const Catalogue& catalogue, std::string_view name) {
  if (const auto id = catalogue.find_counted(name)) {
    const auto required = catalogue.counted()[*id].requires_id;
    return EntryState{true, required ? catalogue.counted()[*required].name : std::string{}};
  }
  if (catalogue.find_feature(name)) return EntryState{};
  return std::nullopt;
}

void sort_changes(std::vector<Change>& changes) {
  // A name has no control characters: with NUL for '/', paths compare name by name.
  const auto key = [](const Change& change) {
    std::string path = change.path == "/" ? "" : change.path;
    std::replace(path.begin(), path.end(), '/', '\0');
    const auto* before = std::get_if<GroupState>(&change.before);
    return std::tuple{is_of_group(change.what) ? 1 : 0,
                      std::move(path),
                      change.what,
                      change.name,
                      -static_cast<int>(change.op),  // removals come before creations
                      before != nullptr ? before->path : std::string{}};
  };
  std::vector<std::pair<decltype(key(changes[0])), std::size_t>> order;
  order.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) order.emplace_back(key(changes[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<Change> sorted;
  sorted.reserve(changes.size());
  for (const auto& [unused, i] : order) sorted.push_back(std::move(changes[i]));
  changes = std::move(sorted);
}

}  // namespace allot
