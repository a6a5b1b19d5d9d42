#pragma once

#include <optional>

#include "cli/context.hpp"
#include "cli/inputs.hpp"
#include "libcore/edit/removal_limit.hpp"
#include "libcore/import/import.hpp"

namespace allot::cli {

/// What `import`, `diff` and `edit` read files into.
struct ImportTarget {
  Path into;
  Prune prune = Prune::no;
  std::optional<RemovalLimit> max_removals;
};

/// Imports files as a part of `write` and shows its progress, except in a batch. The caller must call
/// `require_accepted` before it commits the write.
ImportResult run_import(const ImportTarget& target, InputFiles& files, Write& write, Context& context);

/// Throws too_many_removals or refused if an import may not be saved.
void require_accepted(const ImportTarget& target, ImportResult result);

/// Prints what an import would change.
void print_differences(const Outcome& outcome, Context& context);

}  // namespace allot::cli
