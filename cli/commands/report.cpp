#include "libcore/report/report.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/output_file.hpp"
#include "cli/root_selection.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"

namespace allot::cli {
namespace {

struct ReportWords {
  std::optional<std::string> path;
  std::optional<std::string> file;
  std::optional<std::string> months;
  std::optional<std::string> depth;
};

/// Reads the report; the store is not locked any more when it returns.
Report read_groups(const RootSelection& roots, const ReportOptions& options, bool is_for_file, Context& context) {
  const auto view = context.view();
  if (is_for_file) context.show_progress(*view);
  return read_report(*view, roots.in(*view), options);
}

void write_page(const ReportWords& words, Context& context) {
  const RootSelection roots{words.path ? std::optional{context.path(words.path)} : std::nullopt};
  ReportOptions options{context.shown_day(), ReportOptions{}.months, parse_depth(words.depth), context.actor()};
  if (words.months) {
    options.months = static_cast<int>(parse_whole(*words.months, "--months", 1, kMostReportMonths));
  }
  if (!words.file && context.out_capabilities().is_terminal) {
    throw Error::usage("the report is a page for a browser, not for a terminal", "write it to a file: -o report.html");
  }
  if (!words.file) return write_report(read_groups(roots, options, false, context), context.out());
  const FileName name = context.output_file(*words.file);
  const Report content = read_groups(roots, options, true, context);
  OutputFile file{name, context.streams()};
  write_report(content, file.stream());
  file.save();
}

}  // namespace

void setup_report(const Subcommand& command) {
  auto words = std::make_shared<ReportWords>();
  command.argument("PATH", words->path, "The group (/)");
  command.option("-o", "FILE", words->file, "Write to FILE, replaced only when complete");
  command.option("--months", "N", words->months, "Months that the time axes cover, 1 to 120 (24)");
  command.option("--depth", "N", words->depth, "Maximum depth in levels");
  command.allow_at();
  command.set_action([words](Context& context) { write_page(*words, context); });
}

}  // namespace allot::cli
