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

/// Runs the lines of a batch as parts of one write. Lines with the same subcommand share a parser, since building a
/// parser takes longer than running most lines.
class LineRunner {
 public:
  /// The argument must outlive the object.
  explicit LineRunner(Context& batch) : batch_(batch) {}

  /// Splits a line into words; throws usage if it cannot be split.
  std::vector<std::string> split(const std::string& line) const;

  /// Announces the paths and e-mails among the words of a line that will run later.
  void announce(const std::vector<std::string>& words);

  /// The input files that a line names, including `-`; empty if the line is invalid.
  std::vector<std::string> find_inputs(const std::string& line);

  /// Runs the words of a line as a part of `write`, prints on `out` and returns the exit status; throws the error of
  /// the line.
  int run(const std::vector<std::string>& words, Write& write, std::ostream& out);

 private:
  Parser& parser_of(const Command& command, std::string_view subcommand);

  Context& batch_;
  std::unordered_map<std::string, std::unique_ptr<Parser>> parsers_;  // by command and subcommand
};

}  // namespace allot::cli
