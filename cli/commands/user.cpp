#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/grant_options.hpp"
#include "cli/parser.hpp"
#include "cli/show.hpp"
#include "cli/values.hpp"

namespace allot::cli {
namespace {

struct MemberOptions {
  std::string path;
  std::string email;
  std::optional<std::string> name;
  std::optional<std::string> role;
  GrantOptions grant;
  bool all_features = false;
  bool no_features = false;
  bool if_not_exists = false;
};

void add_member_options(CLI::App& app, MemberOptions& options, GrantKind kind) {
  app.add_option("PATH", options.path, "The group")->required();
  app.add_option("EMAIL", options.email, "The user")->required();
  app.add_option("--name", options.name, "The user's name in this group")->option_text("N");
  app.add_option("--role", options.role, "user, concierge or admin")->option_text("R");
  add_grant_options(app, options.grant, kind);
  CLI::Option* const feature = app.get_option("--feature");
  CLI::Option* const none = app.add_flag("--no-features", options.no_features, "No feature at all");
  none->excludes(feature);
  if (kind == GrantKind::fresh) return;
  CLI::Option* const dropped = app.get_option("--no-feature");
  none->excludes(dropped);
  app.add_flag("--all-features", options.all_features, "Every feature that the group has")
      ->excludes(feature)
      ->excludes(dropped)
      ->excludes(none);
}

MembershipChange read_member(const MemberOptions& options, GrantKind kind) {
  MembershipChange said;
  if (options.name) said.name = parse_text(*options.name, "the name");
  if (options.role) said.role = parse_role(*options.role);
  said.inherits_features = options.all_features;
  said.drops_features = options.no_features;
  said.grant = read_grant(options.grant, kind);
  return said;
}

void setup_add(Parser& parser) {
  auto options = std::make_shared<MemberOptions>();
  CLI::App& app = *parser.command().add_subcommand("add", "Add a user to a group");
  add_member_options(app, *options, GrantKind::fresh);
  app.add_flag("--if-not-exists", options->if_not_exists, "Leave a user that is there as it is");
  parser.set_action(app, [options](Context& context) {
    const Path path = parse_path(options->path);
    const std::string email = parse_email(options->email);
    const MembershipChange said = read_member(*options, GrantKind::fresh);
    context.write([&](Write& write) {
      write.add_member(path, email, said, options->if_not_exists ? IfExists::keep : IfExists::fail);
    });
  });
}

void setup_set(Parser& parser) {
  auto options = std::make_shared<MemberOptions>();
  CLI::App& app = *parser.command().add_subcommand("set", "Change a user of a group");
  add_member_options(app, *options, GrantKind::change);
  parser.set_action(app, [options](Context& context) {
    const Path path = parse_path(options->path);
    const std::string email = parse_email(options->email);
    const MembershipChange said = read_member(*options, GrantKind::change);
    context.write([&](Write& write) { write.set_member(path, email, said); });
  });
}

struct RemoveOptions {
  std::vector<std::string> words;
  bool all = false;
};

void remove_user(const RemoveOptions& options, Context& context) {
  if (options.words.size() != (options.all ? 1 : 2)) {
    throw Error::usage(options.all ? "--all takes an e-mail alone" : "a user is removed from a group: PATH EMAIL",
                       "`allot user remove --all EMAIL` removes a user from every group");
  }
  const std::string email = parse_email(options.words.back());
  if (options.all) {
    context.write([&](Write& write) { write.remove_user(email); });
    return;
  }
  const Path path = parse_path(options.words.front());
  context.write([&](Write& write) { write.remove_member(path, email); });
}

void setup_remove(Parser& parser) {
  auto options = std::make_shared<RemoveOptions>();
  CLI::App& app = *parser.command().add_subcommand("remove", "Remove a user from a group (PATH EMAIL), or from all");
  app.add_option("WORDS", options->words, "PATH EMAIL, or EMAIL with --all")->required()->expected(1, 2);
  app.add_flag("--all", options->all, "From every group");
  parser.set_action(app, [options](Context& context) { remove_user(*options, context); });
}

struct MoveOptions {
  std::string email;
  std::string from;
  std::string to;
};

void setup_move(Parser& parser) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App& app = *parser.command().add_subcommand("move", "Move a user from one group to another");
  app.add_option("EMAIL", options->email, "The user")->required();
  app.add_option("FROM", options->from, "The group that it leaves")->required();
  app.add_option("TO", options->to, "The group that it comes to")->required();
  parser.set_action(app, [options](Context& context) {
    const std::string email = parse_email(options->email);
    const Path from = parse_path(options->from);
    const Path to = parse_path(options->to);
    context.write([&](Write& write) { write.move_member(email, from, to); });
  });
}

void setup_rename(Parser& parser) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App& app = *parser.command().add_subcommand("rename", "Give a user another e-mail");
  app.add_option("EMAIL", options->email, "The user")->required();
  app.add_option("NEW-EMAIL", options->to, "The new e-mail")->required();
  parser.set_action(app, [options](Context& context) {
    const std::string email = parse_email(options->email);
    const std::string new_email = parse_email(options->to);
    context.write([&](Write& write) { write.rename_user(email, new_email); });
  });
}

struct ListOptions {
  std::optional<std::string> path;
  bool recursive = false;
};

void setup_list(Parser& parser) {
  auto options = std::make_shared<ListOptions>();
  CLI::App& app = *parser.command().add_subcommand("list", "List the users of a group");
  app.add_option("PATH", options->path, "The group (/)");
  app.add_flag("-r,--recursive", options->recursive, "Those of the groups below it too");
  parser.allow_at(app);
  parser.set_action(app, [options](Context& context) {
    const Path path = parse_path(options->path);
    const auto view = context.view();
    MemberList list{context};
    const auto depth = options->recursive ? std::nullopt : std::optional<std::size_t>{0};
    view->walk(path, depth, [&](const Chain& chain) {
      if (chain.back().members == 0) return;
      const std::string group = chain.path();
      view->store().for_each_member(chain.back().id, [&](Membership&& member) {
        list.add(group, member, view->catalogue());
      });
    });
    list.finish();
  });
}

void setup_show(Parser& parser) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App& app = *parser.command().add_subcommand("show", "Show a user and what it is entitled to");
  app.add_option("EMAIL", options->email, "The user")->required();
  parser.allow_at(app);
  parser.set_action(app, [options](Context& context) {
    const std::string email = parse_email(options->email);
    const auto view = context.view();
    show_user(view->user(email, context.shown_day()), view->catalogue(), context);
  });
}

}  // namespace

void setup_user(Parser& parser) {
  setup_add(parser);
  setup_set(parser);
  setup_remove(parser);
  setup_move(parser);
  setup_rename(parser);
  setup_list(parser);
  setup_show(parser);
}

}  // namespace allot::cli
