#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands.hpp"
#include "cli/parser.hpp"
#include "cli/show.hpp"
#include "cli/show_state.hpp"
#include "cli/values.hpp"

namespace allot::cli {
namespace {

struct StateOptions {
  std::optional<std::string> path;
  bool recursive = false;
  std::optional<std::string> depth;
  std::optional<std::string> why;
  bool timeline = false;
  std::optional<std::string> user;
};

void show_user_state(const std::string& email, Context& context) {
  const auto view = context.view();
  show_user(view->user(email, context.shown_day()), view->catalogue(), context);
}

void state(const StateOptions& options, Context& context) {
  if (options.user) {
    show_user_state(parse_email(*options.user), context);
    return;
  }
  const Path path = parse_path(options.path);
  const auto depth = parse_depth(options.depth);
  if (options.recursive) {
    show_states(path, depth, context);
    return;
  }
  const std::optional<std::string> item = options.why ? std::optional{parse_item_name(*options.why)} : std::nullopt;
  const auto view = context.view();
  const Chain chain = view->chain(path);
  if (item) {
    show_why(chain, get_item(chain.catalogue(), *item), context);
  } else if (options.timeline) {
    show_timeline(chain, context);
  } else {
    show_state(chain, context);
  }
}

}  // namespace

void setup_state(Parser& parser) {
  auto options = std::make_shared<StateOptions>();
  CLI::App& app = parser.command();
  CLI::Option* const path = app.add_option("PATH", options->path, "The group (/)");
  CLI::Option* const recursive =
      app.add_flag("-r,--recursive", options->recursive, "A table of the group and all below it");
  app.add_option("--depth", options->depth, "With -r: no deeper than that many levels")
      ->option_text("N")
      ->needs(recursive);
  CLI::Option* const why = app.add_option("--why", options->why, "What blocks or bounds a resource or feature here");
  why->option_text("NAME")->excludes(recursive);
  CLI::Option* const timeline =
      app.add_flag("--timeline", options->timeline, "Limit, used and available ahead, span by span");
  timeline->excludes(recursive)->excludes(why);
  app.add_option("--user", options->user, "What a user is entitled to")
      ->option_text("EMAIL")
      ->excludes(path)
      ->excludes(recursive)
      ->excludes(why)
      ->excludes(timeline);
  parser.allow_at(app);
  parser.set_action(app, [options](Context& context) { state(*options, context); });
}

}  // namespace allot::cli
