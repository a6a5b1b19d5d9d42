#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/exit_code.hpp"
#include "cli/inputs.hpp"
#include "cli/json.hpp"
#include "cli/output/step_progress.hpp"
#include "cli/output/tsv.hpp"
#include "cli/output_file.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

struct ImportWords {
  std::vector<std::string> files;
  std::optional<std::string> into;
  bool prune = false;
};

void add_options(const Subcommand& subcommand, ImportWords& options) {
  subcommand.mark_input(subcommand.arguments("FILE", options.files, "The YAML files, - for standard input"));
  subcommand.option("--into", "PATH", options.into, "The group that the files describe (/)");
  subcommand.flag("--prune", options.prune, "Remove what the files do not name");
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

Violations run_import(const ImportWords& options, const Path& into, InputFiles& files, Write& write, Context& context) {
  StepProgress progress{context.progress_stream(), context.err_capabilities()};
  files.set_report([&](std::uint64_t done, std::uint64_t total) { progress.report("reading", done, total); });
  ImportOptions how;
  how.into = into;
  how.prune = options.prune ? Prune::yes : Prune::no;
  how.report = [&](std::string_view step, std::uint64_t done, std::uint64_t total) {
    progress.report(step, done, total);
  };
  return import_hierarchy(write, files.inputs(), how);
}

Error refuse(Violations violations) {
  const std::size_t total = violations.total();
  std::string message = total == 1 ? "refused: " + violations.listed().front().message
                                   : fmt::format("refused: {} would be broken", count_of(total, "rule"));
  return Error::refused(std::move(message), std::move(violations));
}

void import_files(const ImportWords& options, Context& context) {
  const Path into = parse_path(options.into);
  context.set_via(Via::import);
  context.require_message();
  InputFiles files = open_files(options, context);
  context.write([&](Write& write) {
    Violations violations = run_import(options, into, files, write, context);
    if (!violations.is_empty()) throw refuse(std::move(violations));
  });
}

void print_differences(const Outcome& outcome, Context& context) {
  if (context.format() == Format::json) {
    Json json = json_of_outcome(outcome);
    json["changes"] = json_of_changes(outcome.changes, outcome.catalogue);
    context.out() << to_text(json, 2) << '\n';
    return;
  }
  TsvWriter writer{context.out()};
  for (const Change& change : outcome.changes) {
    if (context.format() == Format::tsv) {
      const Json json = json_of_changes({change}, outcome.catalogue)[0];
      writer.write(
          {json["op"], json["what"], change.path, change.name, to_text(json["before"]), to_text(json["after"])});
    } else {
      print_line(context, mark_of(change.op, context.out_capabilities()), describe_change(change, outcome.catalogue));
    }
  }
  if (context.format() == Format::tsv) return;
  for (const std::string& note : outcome.notes) context.out() << "note: " << escape_for_terminal(note) << '\n';
  if (outcome.has_changes() && !context.is_quiet()) {
    context.out() << fmt::format("{} to create, {} to update, {} to remove\n", outcome.created.total(),
                                 outcome.updated.total(), outcome.removed.total());
    print_effects(outcome, context);
  }
}

int diff_files(const ImportWords& options, Context& context) {
  const Path into = parse_path(options.into);
  context.require_no_message("a comparison writes nothing");
  InputFiles files = open_files(options, context);
  context.use_pager();
  Write write{context.engine(), DryRun::yes, SIZE_MAX};
  context.guard(write);
  Violations violations = run_import(options, into, files, write, context);
  Outcome outcome = write.commit();
  outcome.is_dry_run = false;  // the report is not the report of a write
  print_differences(outcome, context);
  if (!violations.is_empty()) throw refuse(std::move(violations));
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
