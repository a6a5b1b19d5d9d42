#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/show_log.hpp"
#include "cli/tops.hpp"
#include "cli/values.hpp"
#include "cli/verb.hpp"

namespace allot::cli {
namespace {

struct LogOptions {
  std::optional<std::string> path;
  std::optional<std::string> most;
  std::optional<std::string> since;
  std::optional<std::string> by;
};

void list_entries(const LogOptions& options, Context& context) {
  LogFilter filter;
  if (options.most) filter.most = static_cast<std::size_t>(parse_whole(*options.most, "--max", 0, INT32_MAX));
  if (options.since) filter.since = start_of(parse_day(*options.since, "--since"));
  if (options.by) filter.by = parse_email(*options.by);
  std::optional<Path> path;
  if (options.path) path = parse_path(options.path);
  const auto view = context.view();
  if (path) {
    filter.group = view->chain(*path).back().id;
  } else {
    view->topmost();  // who sees nothing has no log
  }
  context.use_pager();
  LogList list{context};
  view->for_each_entry(filter, [&](const LogEntry& entry) { list.add(entry); });
  list.finish();
}

std::int64_t parse_revision(const std::string& text) { return parse_whole(text, "the revision", 1, INT64_MAX); }

void setup_log_show(const Verb& verb) {
  auto revision = std::make_shared<std::string>();
  verb.argument("REV", *revision, "The entry's revision");
  verb.set_action([revision](Context& context) {
    const std::int64_t wanted = parse_revision(*revision);
    const auto view = context.view();
    const WholeEntry whole = view->entry(wanted);
    context.use_pager();
    show_entry(whole, *view, context);
  });
}

}  // namespace

void setup_log(const Verb& command) {
  auto options = std::make_shared<LogOptions>();
  command.argument("PATH", options->path, "The group at or below which something changed (everything in sight)");
  command.option("--max", "N", options->most, "No more than that many");
  command.option("--since", "DATE", options->since, "None from before that day (UTC)");
  command.option("--by", "EMAIL", options->by, "Only what was done as that administrator");
  command.set_action([options](Context& context) { list_entries(*options, context); });
  command.add_verbs({{"show", "Show an entry with all that it changed", setup_log_show}}, Verb::Needed::no);
}

void setup_undo(const Verb& command) {
  auto revision = std::make_shared<std::optional<std::string>>();
  command.argument("REV", *revision, "The entry's revision (the newest)");
  command.set_action([revision](Context& context) {
    std::optional<std::int64_t> wanted;
    if (*revision) wanted = parse_revision(**revision);
    context.write([&](Write& write) { write.undo(wanted); });
  });
}

}  // namespace allot::cli
