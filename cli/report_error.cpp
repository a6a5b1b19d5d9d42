#include <fmt/format.h>

#include <algorithm>

#include "cli/json.hpp"
#include "cli/output/width.hpp"
#include "cli/report.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// The number of users of a limit that are listed.
constexpr std::size_t kHoldersShown = 5;
constexpr std::size_t kNameColumn = 16;

/// Prints the details of errors, wrapped to the width of a terminal.
class ErrorPrinter {
 public:
  explicit ErrorPrinter(Streams& streams)
      : err_(streams.err), width_(surface_of(streams.err_fd, ColourMode::never, {"", "", columns_of(streams)}).width) {}

  void print_line(const std::string& text, std::size_t indent) {
    err_ << wrap_hanging(escape_for_terminal(text), width_, indent) << '\n';
  }

  void print(const Violations& violations) {
    for (const Violation& violation : violations.listed()) {
      if (violations.total() > 1) print_line(fmt::format("  {}: {}", violation.rule, violation.message), 4);
      print("asked for in the files:", violation.asking);
      print("allotted to:", violation.holders);
      Holders idle;
      for (const IdleGroup& each : violation.idle) idle.listed.push_back({each.group, each.idle});
      idle.total = idle.listed.size();
      print("idle in reserved groups:", idle);
    }
    const std::size_t more = violations.total() - violations.listed().size();
    if (more > 0) err_ << fmt::format("  and {} more\n", more);
  }

  void print(const Error& error) {
    const std::string place = error.place().empty() ? "" : error.place() + ": ";
    for (const Problem& problem : error.problems()) {
      err_ << fmt::format("allot: {}{}:{}:{}: {}\n", place, escape_for_terminal(problem.file), problem.line,
                          problem.column, escape_for_terminal(problem.message));
    }
    const std::size_t more = error.problems_total() - error.problems().size();
    if (more > 0) err_ << fmt::format("allot: and {} more errors\n", more);
  }

 private:
  static std::string columns_of(Streams& streams) {
    return streams.find_variable ? streams.find_variable("COLUMNS").value_or("") : "";
  }

  void print(std::string_view title, const Holders& holders) {
    if (holders.listed.empty()) return;
    err_ << "    " << title << '\n';
    const std::size_t shown = std::min(holders.listed.size(), kHoldersShown);
    for (std::size_t i = 0; i < shown; ++i) {
      const Holder& holder = holders.listed[i];
      const std::string line = fmt::format("    {:>10}  {}", holder.count, escape_for_terminal(holder.by));
      err_ << wrap_hanging(line, width_, kNameColumn) << '\n';
    }
    if (holders.total > shown) err_ << fmt::format("                and {} more\n", holders.total - shown);
  }

  std::ostream& err_;
  std::size_t width_;
};

}  // namespace

void print_error(const Error& error, bool as_json, Streams& streams) {
  if (as_json) {
    streams.err << to_text(json_of_error(error)) << '\n';
    return;
  }
  ErrorPrinter printer{streams};
  if (!error.problems().empty()) {
    printer.print(error);
    if (!error.hint().empty()) streams.err << escape_for_terminal(error.hint()) << '\n';
    return;
  }
  const bool is_refused = error.kind() == ErrorKind::refused;
  if (is_refused) {
    printer.print_line("allot: " + error.message(), 2);
    printer.print(error.violations());
  } else {
    streams.err << "allot: " << escape_for_terminal(error.message()) << '\n';
  }
  for (const std::string& note : error.notes()) printer.print_line("if saved: " + note, 2);
  if (!error.hint().empty()) streams.err << escape_for_terminal(error.hint()) << '\n';
}

}  // namespace allot::cli
