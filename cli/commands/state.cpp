#include <functional>
#include <vector>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/lists.hpp"
#include "cli/show.hpp"
#include "cli/show_state.hpp"
#include "cli/show_states.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"

namespace allot::cli {
namespace {

struct StateOptions {
  std::optional<std::string> path;
  bool recursive = false;
  std::optional<std::string> depth;
  std::optional<std::string> why;
  bool timeline = false;
  bool held = false;
  std::optional<std::string> user;
  std::optional<std::string> as_of;
  FilterOptions filters;
  ListOptions list;

  bool selects() const {
    return filters.match || filters.kind || !filters.labels.empty() || filters.restriction || filters.suspended ||
           filters.near || filters.blocked || !list.sort.empty() || list.first || list.columns;
  }
};

/// Prints the entitlement of a user or, if `why` is given, why its memberships give nothing: of each item if it is
/// empty.
void show_user_state(const std::string& email, const std::optional<std::string>& why, View& view, Context& context) {
  const UserState user = view.user(email, context.shown_day());
  if (!why) return show_user(user, view.catalogue(), context);
  const auto item = why->empty() ? std::nullopt : why;
  show_user_why(user, view.user_items(user, item, context.shown_day()), view.catalogue(), context);
}

/// Prints the groups one by one; several groups in JSON as an array.
void show_each(const std::vector<Path>& paths, Context& context, const std::function<void(const Path&)>& show) {
  const bool is_array = context.format() == Format::json && paths.size() > 1;
  const bool is_table = context.format() == Format::table;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (is_array) context.out() << (i == 0 ? "[" : ",");
    if (is_table && i > 0) context.out() << '\n';
    show(paths[i]);
  }
  if (is_array) context.out() << "]\n";
}

void state(const StateOptions& options, Context& context) {
  if (!options.recursive && options.selects()) throw Error::usage("filters, --sort, --first and --columns need -r");
  if (!options.recursive && context.format() == Format::csv) {
    throw Error::usage("state prints csv only with -r", "use --format tsv or --json");
  }
  std::optional<Point> point;
  if (options.as_of) point = parse_point(*options.as_of, "--as-of");
  const auto open = [&] { return point ? context.view_as_of(*point) : context.view(); };
  if (options.user) {
    const std::string email = context.email(*options.user);
    if (options.why && !options.why->empty()) parse_item_name(*options.why);
    show_user_state(email, options.why, *open(), context);
    return;
  }
  if (options.why && options.why->empty()) {
    throw Error::usage("--why needs the NAME of a resource or feature", "without one it needs --user EMAIL");
  }
  const RootSelection roots{options.path ? std::optional{context.path(options.path)} : std::nullopt};
  const auto depth = parse_depth(options.depth);
  if (options.recursive) {
    const Filters filters{options.filters, Listed::groups, context.shown_day()};
    const Held held = options.held || need_holdings(options.list) ? Held::shown : Held::hidden;
    show_states({roots, depth, filters, options.list, held}, *open(), context);
    return;
  }
  const std::optional<std::string> item = options.why ? std::optional{parse_item_name(*options.why)} : std::nullopt;
  const auto view = open();
  show_each(roots.in(*view), context, [&](const Path& path) {
    const AncestorPath ancestors = view->ancestors(path);
    if (item) {
      show_why(ancestors, get_item(ancestors.catalogue(), *item), context);
    } else if (options.timeline) {
      show_timeline(ancestors, context);
    } else if (options.held) {
      show_state(ancestors, &view->holdings(path, std::size_t{0}, context.shown_day()).front(), context);
    } else {
      show_state(ancestors, nullptr, context);
    }
  });
}

}  // namespace

void setup_state(const Subcommand& command) {
  auto options = std::make_shared<StateOptions>();
  const Word path = command.argument("PATH", options->path, "The group (/)");
  const Word recursive =
      command.flag("-r,--recursive", options->recursive, "Show a table of the group and all groups below it");
  command.option("--depth", "N", options->depth, "With -r: maximum depth in levels").needs(recursive);
  const Word why = command.option("--why", "NAME", options->why, "Show what blocks or limits a resource or feature")
                       .excludes(recursive)
                       .with_optional_value();
  const Word timeline = command.flag("--timeline", options->timeline, "Show future limits, usage and availability");
  timeline.excludes(recursive).excludes(why);
  const Word held = command.flag("--held", options->held, "Add what users hold and what reserved groups leave idle");
  held.excludes(why).excludes(timeline);
  command.option("--user", "EMAIL", options->user, "Show the entitlements of a user")
      .excludes(path)
      .excludes(recursive)
      .excludes(timeline)
      .excludes(held);
  command.option("--as-of", "REV|TIME", options->as_of, "Show the state recorded at that point");
  add_state_filters(command, options->filters);
  add_list_options(command, options->list);
  command.allow_at();
  command.set_action([options](Context& context) { state(*options, context); });
}

}  // namespace allot::cli
