#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/tsv.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"
#include "libcore/query/backup.hpp"

namespace allot::cli {
namespace {

void copy_store(const std::string& word, Context& context) {
  if (word.empty()) throw Error::usage("the name of the copy is empty");
  const std::string file = context.output_file(word).text();
  context.require_no_guard();
  const DryRun dry_run = context.is_dry_run() ? DryRun::yes : DryRun::no;
  const std::int64_t revision = back_up(context.engine(), file, dry_run, context.progress());
  if (context.format() == Format::json) {
    context.out() << to_text({{"file", file}, {"revision", revision}}, 2) << '\n';
  } else if (context.format() == Format::tsv) {
    TsvWriter{context.out()}.write({file, std::to_string(revision)});
  } else if (!context.is_quiet()) {
    context.out() << fmt::format("{} revision {} to {}\n", context.is_dry_run() ? "would copy" : "copied", revision,
                                 escape_for_terminal(file));
  }
}

}  // namespace

void setup_backup(const Subcommand& command) {
  auto file = std::make_shared<std::string>();
  command.argument("FILE", *file, "The copy; the file must not exist");
  command.set_action([file](Context& context) { copy_store(*file, context); });
}

}  // namespace allot::cli
