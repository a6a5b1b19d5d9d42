#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/engine/write.hpp"

namespace allot {

/// Whether what a file does not name is removed from the target subtree.
enum class Prune { no, yes };

/// Told now and then how far a long work is: its step, what is done of it and how much there is (0 if unknown).
using ReportProgress = std::function<void(std::string_view step, std::uint64_t done, std::uint64_t total)>;

/// How files are imported.
struct ImportOptions {
  Path into;
  Prune prune = Prune::no;
  ReportProgress report = [](std::string_view, std::uint64_t, std::uint64_t) {};
};

/// Makes the subtree `into` what the files say, all or nothing; allot-hierarchy(5) and allot-rules(7), Checking. Throws
/// invalid_input with every problem of the files; what the rules refuse comes back, and then `write` must not be
/// committed.
Violations import_hierarchy(Write& write, const std::vector<Input>& inputs, const ImportOptions& options);

}  // namespace allot
