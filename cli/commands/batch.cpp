#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/inputs.hpp"
#include "cli/output/progress.hpp"
#include "cli/run.hpp"
#include "cli/shell_words.hpp"
#include "cli/verb.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// Runs one line of the batch; every error names the line.
int run_numbered_line(const std::string& line, std::size_t number, Context& context, Write& write) {
  try {
    if (!is_utf8(line) || line.find('\0') != std::string::npos) throw Error::usage("the line is not UTF-8 text");
    const std::vector<std::string> words = split_words(line);
    return words.empty() ? 0 : run_line(words, context, write);
  } catch (const Error& error) {
    throw error.at(fmt::format("line {}", number));
  }
}

int run_lines(std::istream& lines, Context& context) {
  Write write{context.engine(), context.is_dry_run() ? DryRun::yes : DryRun::no};
  Progress progress{context.err(), context.err_surface(), "lines"};
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    const int status = run_numbered_line(line, number, context, write);
    if (status != 0) {
      progress.finish();
      context.err() << fmt::format("allot: line {}: exit status {}; nothing is saved\n", number, status);
      return status;
    }
    progress.advance(number);
  }
  if (lines.bad()) throw Error::invalid_input("the batch cannot be read to its end");
  progress.finish();
  context.report(write.commit());
  return 0;
}

int batch(const std::optional<std::string>& file, Context& context) {
  context.engine();
  if (!file || *file == "-") return run_lines(context.in(), context);
  return run_lines(*open_input(*file), context);
}

}  // namespace

void setup_batch(const Verb& command) {
  auto file = std::make_shared<std::optional<std::string>>();
  command.argument("FILE", *file, "The commands, a line each (standard input)");
  command.set_status_action([file](Context& context) { return batch(*file, context); });
}

}  // namespace allot::cli
