#pragma once

#include <cstddef>
#include <optional>

#include "cli/filters.hpp"
#include "cli/listing.hpp"
#include "cli/root_selection.hpp"
#include "cli/show_state.hpp"

namespace allot::cli {

/// The groups that `state -r` shows, and how.
struct StatesRequest {
  RootSelection roots;
  std::optional<std::size_t> depth;
  Filters filters;
  ListOptions list;
  Held held = Held::hidden;
};

/// Prints the state of each group of `request`: a table with one line for each group, on a terminal drawn as a tree.
void show_states(const StatesRequest& request, View& view, Context& context);

}  // namespace allot::cli
