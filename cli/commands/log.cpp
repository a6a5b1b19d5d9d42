#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/feed.hpp"
#include "cli/json.hpp"
#include "cli/output/tsv.hpp"
#include "cli/root_selection.hpp"
#include "cli/show_log.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/base/letter_case.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/undo.hpp"

namespace allot::cli {
namespace {

struct LogOptions {
  std::optional<std::string> path;
  std::optional<std::string> most;
  std::optional<std::string> since;
  std::optional<std::string> by;
  std::optional<std::string> grep;
  std::optional<std::string> login;
  std::optional<std::string> after;
  bool json_lines = false;
  bool follow = false;
};

/// Whether an entry, as the actor sees it, has the text in its command line or message and the login.
bool matches(const LogEntry& entry, const LogOptions& options) {
  if (options.login && entry.login != *options.login) return false;
  if (!options.grep) return true;
  const std::string wanted = fold_for_search(*options.grep);
  const auto has = [&](const std::optional<std::string>& text) {
    return fold_for_search(text.value_or("")).find(wanted) != std::string::npos;
  };
  return has(entry.command) || has(entry.message);
}

void list_entries(const LogOptions& options, Context& context) {
  LogFilter filter;
  std::size_t most = SIZE_MAX;
  if (options.most) most = static_cast<std::size_t>(parse_whole(*options.most, "--max", 0, INT32_MAX));
  if (!options.grep && !options.login) filter.most = most;
  if (options.since) filter.since = start_of(parse_day(*options.since, "--since"));
  if (options.by) filter.by = parse_email(*options.by);
  std::optional<Path> path;
  if (options.path) path = context.path(options.path);
  const auto view = context.view();
  if (path) {
    filter.group = view->ancestors(*path).back().id;
  } else {
    view->topmost();  // throws if the actor sees no group: then the log is not visible either
  }
  LogList list{context};
  view->for_each_entry(filter, [&](const LogEntry& entry) {
    if (most == 0 || !matches(entry, options)) return;
    list.add(entry);
    --most;
  });
  list.finish();
}

/// Throws usage for options that do not go with those of the feed.
void require_feed_options(const LogOptions& options, const Context& context) {
  if (!options.after) {
    throw Error::usage(fmt::format("{} needs --after REV", options.json_lines ? "--json-lines" : "--follow"),
                       "--after 0 begins with the first entry of the log");
  }
  if (!options.json_lines) {
    throw Error::usage("--after needs --json-lines", "it prints each entry with its changes as a line of JSON");
  }
  for (const auto& [name, is_given] : {std::pair{"PATH", options.path.has_value()},
                                       {"--max", options.most.has_value()},
                                       {"--since", options.since.has_value()},
                                       {"--by", options.by.has_value()},
                                       {"--grep", options.grep.has_value()},
                                       {"--login", options.login.has_value()}}) {
    if (!is_given) continue;
    throw Error::usage(fmt::format("{} does not go with --after, which prints every entry", name),
                       "select among the lines, by jq for example");
  }
  if (context.format() == Format::tsv) throw Error::usage("--format and --json-lines contradict each other");
  if (options.follow && (context.is_in_batch() || context.is_remote()))
    throw Error::usage("--follow cannot be given here", "without it, the entries up to the newest are printed");
}

void show_log(const LogOptions& options, Context& context) {
  if (!options.after && !options.json_lines && !options.follow) return list_entries(options, context);
  const std::int64_t after = options.after ? parse_whole(*options.after, "--after", 0, INT64_MAX) : 0;
  require_feed_options(options, context);
  print_feed(after, options.follow ? Waiting::yes : Waiting::no, context);
}

std::int64_t parse_revision(const std::string& text) { return parse_whole(text, "the revision", 1, INT64_MAX); }

void setup_log_show(const Subcommand& subcommand) {
  auto revision = std::make_shared<std::string>();
  subcommand.argument("REV", *revision, "The entry's revision");
  subcommand.set_action([revision](Context& context) {
    const std::int64_t wanted = parse_revision(*revision);
    const auto view = context.view();
    const LogEntry entry = view->entry(wanted);
    EntryChanges changes = view->changes_of(wanted);
    show_entry(entry, changes, context);
  });
}

void prune(const std::string& before, Context& context) {
  if (context.is_in_batch()) throw Error::usage("the log cannot be pruned in a batch, which is one entry of it");
  context.require_no_message("pruning it adds no entry");
  const std::int64_t moment = start_of(parse_day(before, "--before"));
  Write write{context.engine(), context.is_dry_run() ? DryRun::yes : DryRun::no};
  context.guard(write);
  const PrunedLog pruned = write.prune_log(moment);
  if (context.format() == Format::json) {
    Json json{{"entries", pruned.entries}, {"first_kept", pruned.first_kept}};
    if (context.is_dry_run()) json["dry_run"] = true;
    context.out() << to_text(json, 2) << '\n';
  } else if (context.format() == Format::tsv) {
    TsvWriter{context.out()}.write({std::to_string(pruned.entries), std::to_string(pruned.first_kept)});
  } else if (!context.is_quiet()) {
    context.out() << fmt::format("{} {}pruned; the first revision that is kept is {}\n",
                                 pruned.entries == 1 ? "1 entry" : fmt::format("{} entries", pruned.entries),
                                 context.is_dry_run() ? "would be " : "", pruned.first_kept);
  }
}

struct UndoOptions {
  std::optional<std::string> revision;
  std::optional<std::string> max_removals;
};

void setup_prune(const Subcommand& subcommand) {
  auto before = std::make_shared<std::optional<std::string>>();
  subcommand.option("--before", "DATE", *before, "The first day (UTC) of the entries to keep");
  subcommand.set_action([before](Context& context) {
    if (!*before) throw Error::usage("no day is named", "give --before DATE");
    prune(**before, context);
  });
}

}  // namespace

void setup_log(const Subcommand& command) {
  auto options = std::make_shared<LogOptions>();
  command.argument("PATH", options->path, "Only changes at or below this group (all visible groups)");
  command.option("--max", "N", options->most, "Maximum number of entries");
  command.option("--since", "DATE", options->since, "Only entries since DATE (UTC)");
  command.option("--grep", "TEXT", options->grep, "Only entries with TEXT in the command line or message");
  command.option("--login", "NAME", options->login, "Only entries by this login");
  command.option("--by", "EMAIL", options->by, "Only entries by this administrator");
  command.option("--after", "REV", options->after, "Only entries after this revision, the oldest first");
  command.flag("--json-lines", options->json_lines, "Print each entry with its changes as a line of JSON");
  command.flag("--follow", options->follow, "Wait for further entries, until a signal");
  command.set_action([options](Context& context) { show_log(*options, context); });
  command.add_subcommands({{"show", "Show an entry with all its changes", setup_log_show},
                           {"prune", "Remove the entries before a day and their history", setup_prune}},
                          Subcommand::Needed::no);
}

void setup_undo(const Subcommand& command) {
  auto options = std::make_shared<UndoOptions>();
  command.argument("REV", options->revision, "The entry's revision (the newest)");
  command.option("--max-removals", "N|P%", options->max_removals, "Fail if more than that is removed");
  command.set_action([options](Context& context) {
    std::optional<std::int64_t> wanted;
    if (options->revision) wanted = parse_revision(*options->revision);
    const auto max_removals = parse_removals(options->max_removals);
    context.write([&](Write& write) {
      const std::int64_t undone = undo(write, wanted, max_removals);
      if (!wanted && !context.is_in_batch()) write.add_word(std::to_string(undone));
    });
  });
}

}  // namespace allot::cli
