#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/tsv.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/restore.hpp"
#include "libcore/query/backup.hpp"

namespace allot::cli {
namespace {

/// Prints the result: a file, the revision of the store in it, and the sentence for people.
void print_copy(const std::string& file, std::int64_t revision, const std::string& sentence, Context& context) {
  if (context.format() == Format::json) {
    context.out() << to_text({{"file", file}, {"revision", revision}}, 2) << '\n';
  } else if (context.format() == Format::tsv) {
    TsvWriter{context.out()}.write({file, std::to_string(revision)});
  } else if (!context.is_quiet()) {
    context.out() << sentence << '\n';
  }
}

void copy_store(const std::string& word, Context& context) {
  if (word.empty()) throw Error::usage("the name of the copy is empty");
  const std::string file = context.output_file(word).text();
  context.require_no_guard();
  const DryRun dry_run = context.is_dry_run() ? DryRun::yes : DryRun::no;
  const std::int64_t revision = back_up(context.engine(), file, dry_run, context.progress());
  print_copy(file, revision,
             fmt::format("{} revision {} to {}", context.is_dry_run() ? "would copy" : "copied", revision,
                         escape_for_terminal(file)),
             context);
}

void restore(const std::string& file, Context& context) {
  if (file.empty()) throw Error::usage("the name of the copy is empty");
  context.require_no_message("a restored store has the log of its copy");
  context.use_server_program();
  RestoreOptions options;
  options.location = context.store_path();
  options.file = file;
  options.wait = context.wait();
  options.today = context.today();
  options.actor = context.actor();
  options.if_revision = context.if_revision();
  options.dry_run = context.is_dry_run() ? DryRun::yes : DryRun::no;
  const std::int64_t revision = restore_store(options, context.progress());
  print_copy(file, revision,
             fmt::format("{} revision {} from {}", context.is_dry_run() ? "would restore" : "restored", revision,
                         escape_for_terminal(file)),
             context);
}

}  // namespace

void setup_backup(const Subcommand& command) {
  auto file = std::make_shared<std::string>();
  command.argument("FILE", *file, "The copy; the file must not exist");
  command.set_action([file](Context& context) { copy_store(*file, context); });
}

void setup_restore(const Subcommand& command) {
  auto file = std::make_shared<std::string>();
  command.argument("FILE", *file, "The SQLite store, such as `allot backup` writes");
  command.set_action([file](Context& context) { restore(*file, context); });
}

}  // namespace allot::cli
