#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"
#include "cli/hierarchy_import.hpp"
#include "cli/inputs.hpp"
#include "cli/output_file.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

struct ImportWords {
  std::vector<std::string> files;
  std::optional<std::string> into;
  bool prune = false;
  std::optional<std::string> max_removals;
};

void add_options(const Subcommand& subcommand, ImportWords& options) {
  subcommand.mark_input(subcommand.arguments("FILE", options.files, "The YAML files, - for standard input"));
  subcommand.option("--into", "PATH", options.into, "The group that the files describe (/)");
  subcommand.flag("--prune", options.prune, "Remove what the files do not name");
  subcommand.option("--max-removals", "N|P%", options.max_removals, "Fail if more than that is removed");
}

/// Opens the named files. Faults of the store are reported before any file is waited for.
InputFiles open_files(const ImportWords& options, Context& context) {
  if (!context.is_in_batch()) {
    const auto times = std::count(options.files.begin(), options.files.end(), "-");
    require_untaken_input(context.streams(), static_cast<std::size_t>(times));
    context.engine().require_writable();
  }
  std::vector<OpenInput> files;
  for (const std::string& word : options.files) files.push_back(context.find_input(word));
  return InputFiles{std::move(files)};
}

/// The target that the words name. The ceiling of the configuration holds for what prunes.
ImportTarget target_of(const ImportWords& options, Context& context) {
  ImportTarget target;
  target.into = parse_path(options.into);
  target.prune = options.prune ? Prune::yes : Prune::no;
  target.max_removals = parse_removals(options.max_removals);
  if (options.prune && !target.max_removals) target.max_removals = context.max_removals();
  return target;
}

void import_files(const ImportWords& options, Context& context) {
  const ImportTarget target = target_of(options, context);
  context.set_via(Via::import);
  context.require_message();
  InputFiles files = open_files(options, context);
  context.write([&](Write& write) { require_accepted(target, run_import(target, files, write, context)); });
}

int diff_files(const ImportWords& options, Context& context) {
  context.require_no_message("a comparison writes nothing");
  const ImportTarget target = target_of(options, context);
  InputFiles files = open_files(options, context);
  context.use_pager();
  Write write{context.engine(), DryRun::yes, SIZE_MAX};
  context.guard(write);
  ImportResult result = run_import(target, files, write, context);
  Outcome outcome = write.commit();
  outcome.is_dry_run = false;  // the report is not the report of a write
  print_differences(outcome, context);
  require_accepted(target, std::move(result));
  return static_cast<int>(outcome.has_changes() ? ExitCode::found : ExitCode::done);
}

struct ExportWords {
  std::optional<std::string> path;
  std::optional<std::string> file;
};

void export_group(const ExportWords& options, Context& context) {
  const Path path = parse_path(options.path);
  std::optional<FileName> name;
  if (options.file) name = context.output_file(*options.file);
  auto view = context.view();
  if (!name) {
    view->export_hierarchy(path, context.out());
    return;
  }
  context.show_progress(*view);
  OutputFile file{*name, context.streams()};
  view->export_hierarchy(path, file.stream());
  view.reset();
  file.save();
}

}  // namespace

void setup_import(const Subcommand& command) {
  auto options = std::make_shared<ImportWords>();
  add_options(command, *options);
  command.set_action([options](Context& context) { import_files(*options, context); });
}

void setup_diff(const Subcommand& command) {
  auto options = std::make_shared<ImportWords>();
  add_options(command, *options);
  command.set_status_action([options](Context& context) { return diff_files(*options, context); });
}

void setup_export(const Subcommand& command) {
  auto options = std::make_shared<ExportWords>();
  command.argument("PATH", options->path, "The group (/)");
  command.option("-o", "FILE", options->file, "Write to FILE, replaced only when complete");
  command.set_action([options](Context& context) { export_group(*options, context); });
}

}  // namespace allot::cli
