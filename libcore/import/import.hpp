#pragma once

#include <vector>

#include "libcore/base/progress.hpp"
#include "libcore/document/document.hpp"
#include "libcore/edit/write.hpp"

namespace allot {

/// Whether what a file does not name is removed from the target subtree.
enum class Prune { no, yes };

/// How files are imported.
struct ImportOptions {
  Path into;
  Prune prune = Prune::no;
  ReportProgress report;
};

/// Makes the subtree `into` what the files say, all or nothing; allot-hierarchy(5) and allot-rules(7), Checking. Throws
/// invalid_input with every problem of the files; what the rules refuse comes back, and then `write` must not be
/// committed.
Violations import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options);

}  // namespace allot
