#pragma once

#include <cstddef>
#include <vector>

#include "libcore/base/progress.hpp"
#include "libcore/document/document.hpp"
#include "libcore/edit/write.hpp"

namespace allot {

/// Whether items that the file does not name are removed from the target subtree.
enum class Prune { no, yes };

/// The options of an import. While a single file is read, its members are saved whenever `piece` of them were read: on
/// a server COPY runs while the file is read, and the members of a large file are not all in memory.
struct ImportOptions {
  static constexpr std::size_t kPiece = 4096;

  Path into;
  Prune prune = Prune::no;
  std::size_t piece = kPiece;
  ReportProgress report;
};

/// The result of an import.
struct ImportResult {
  Violations violations;          ///< of the rules; if there are any, the write must not be committed
  Counters removed;               ///< what was removed
  std::int64_t items_before = 0;  ///< the groups, licences and memberships of the target subtree before
};

/// Makes the subtree `into` match the files, or changes nothing; allot-hierarchy(5) and allot-rules(7), Checking.
/// Throws invalid_input with every problem of the files.
ImportResult import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options);

}  // namespace allot
