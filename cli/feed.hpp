#pragma once

#include <cstdint>

#include "cli/context.hpp"

namespace allot::cli {

/// Whether the feed waits for further entries.
enum class Waiting { no, yes };

/// Prints the entries after a revision that the actor sees, oldest first, each as a line of JSON; with `Waiting::yes`
/// it does not return. allot-log(1), Feed. Throws not_found, store, output.
void print_feed(std::int64_t after, Waiting waiting, Context& context);

}  // namespace allot::cli
