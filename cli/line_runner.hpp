#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cli/context.hpp"
#include "cli/parser.hpp"

namespace allot::cli {

struct Command;

/// Runs the lines of a batch as parts of one write. The parser that was built for a line serves all that are like it,
/// as building one takes longer than what most lines do.
class LineRunner {
 public:
  /// The argument must outlive it.
  explicit LineRunner(Context& batch) : batch_(batch) {}

  /// The words of a line; throws usage where it cannot be split.
  std::vector<std::string> split(const std::string& line) const;

  /// The files that a line names to be read, `-` included; none where something is wrong with the line.
  std::vector<std::string> find_inputs(const std::string& line);

  /// Runs the words of a line as a part of `write`, prints on `out` and gives the exit status; throws what is wrong
  /// with it.
  int run(const std::vector<std::string>& words, Write& write, std::ostream& out);

 private:
  Parser& parser_of(const Command& command, std::string_view subcommand);

  Context& batch_;
  std::unordered_map<std::string, std::unique_ptr<Parser>> parsers_;  // by command and verb
};

}  // namespace allot::cli
