#include "cli/hierarchy_import.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/json.hpp"
#include "cli/output/step_progress.hpp"
#include "cli/output/tsv.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

Error refuse(Violations violations) {
  const std::size_t total = violations.total();
  std::string message = total == 1 ? "refused: " + violations.listed().front().message
                                   : fmt::format("refused: {} would be broken", count_of(total, "rule"));
  return Error::refused(std::move(message), std::move(violations));
}

}  // namespace

ImportResult run_import(const ImportTarget& target, InputFiles& files, Write& write, Context& context) {
  StepProgress progress{context.progress_stream(), context.err_capabilities()};
  files.set_report([&](std::uint64_t done, std::uint64_t total) { progress.report("reading", done, total); });
  ImportOptions how;
  how.into = target.into;
  how.prune = target.prune;
  how.report = [&](std::string_view step, std::uint64_t done, std::uint64_t total) {
    progress.report(step, done, total);
  };
  return import_hierarchy(write, files.inputs(), how);
}

void require_accepted(const ImportTarget& target, ImportResult result) {
  require_few_removals(target.max_removals, result.removed, [&] { return result.items_before; });
  if (!result.violations.is_empty()) throw refuse(std::move(result.violations));
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

}  // namespace allot::cli
