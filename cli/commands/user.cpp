#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/filters.hpp"
#include "cli/grant_options.hpp"
#include "cli/label_options.hpp"
#include "cli/root_selection.hpp"
#include "cli/show.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/edit/members.hpp"

namespace allot::cli {
namespace {

struct MemberOptions {
  std::string path;
  std::string email;
  std::optional<std::string> name;
  std::optional<std::string> role;
  LabelOptions labels;
  std::optional<std::string> language;
  GrantOptions grant;
  bool all_features = false;
  bool no_features = false;
  bool if_not_exists = false;
};

void add_member_options(const Subcommand& subcommand, MemberOptions& options, GrantKind kind) {
  subcommand.argument("PATH", options.path, "The group");
  subcommand.argument("EMAIL", options.email, "The user");
  subcommand.option("--name", "N", options.name, "The user's name in this group");
  subcommand.option("--role", "R", options.role, "user, concierge or admin");
  kind == GrantKind::fresh ? add_label_option(subcommand, options.labels)
                           : add_label_options(subcommand, options.labels);
  subcommand.option("--language", "L", options.language, "The language of mails to the user, such as uk, or none");
  const GrantWords grant = add_grant_options(subcommand, options.grant, kind);
  const Word none = subcommand.flag("--no-features", options.no_features, "Grant no features").excludes(grant.feature);
  if (kind == GrantKind::fresh) return;
  none.excludes(*grant.no_feature);
  subcommand.flag("--all-features", options.all_features, "Grant every feature of the group")
      .excludes(grant.feature)
      .excludes(*grant.no_feature)
      .excludes(none);
}

MembershipChange read_member(const MemberOptions& options, GrantKind kind) {
  MembershipChange specified;
  if (options.name) specified.name = parse_text(*options.name, "the name");
  if (options.role) specified.role = parse_role(*options.role);
  specified.labels = read_labels(options.labels);
  if (options.language) specified.language = parse_language(*options.language);
  specified.inherits_features = options.all_features;
  specified.drops_features = options.no_features;
  specified.grant = read_grant(options.grant, kind);
  return specified;
}

void setup_user_add(const Subcommand& subcommand) {
  auto options = std::make_shared<MemberOptions>();
  add_member_options(subcommand, *options, GrantKind::fresh);
  subcommand.flag("--if-not-exists", options->if_not_exists, "Do nothing if the user exists");
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const std::string email = context.email(options->email);
    const MembershipChange specified = read_member(*options, GrantKind::fresh);
    context.write({.places = {path}, .user = email}, [&](Write& write) {
      add_member(write, path, email, specified, options->if_not_exists ? IfExists::keep : IfExists::fail);
    });
  });
}

void setup_user_set(const Subcommand& subcommand) {
  auto options = std::make_shared<MemberOptions>();
  add_member_options(subcommand, *options, GrantKind::change);
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const std::string email = context.email(options->email);
    const MembershipChange specified = read_member(*options, GrantKind::change);
    context.write({.places = {path}, .user = email}, [&](Write& write) { set_member(write, path, email, specified); });
  });
}

struct UserRemoveOptions {
  std::optional<std::string> path;
  std::optional<std::string> email;
  bool all = false;
};

/// Removes the user from one group; with `--all`, which takes only the e-mail, from every group.
void remove_user(const UserRemoveOptions& options, Context& context) {
  if (options.all && options.email) throw Error::usage("--all takes an e-mail alone");
  const std::optional<std::string>& named = options.all ? options.path : options.email;
  if (!named) {
    throw Error::usage(options.path || options.all ? "EMAIL is missing" : "PATH is missing",
                       "write PATH EMAIL, or --all EMAIL to remove a user from every group");
  }
  const std::string email = context.email(*named);
  if (options.all) {
    context.write([&](Write& write) { remove_user(write, email); });
    return;
  }
  const Path path = context.path(options.path);
  context.write({.places = {path}, .user = email}, [&](Write& write) { remove_member(write, path, email); });
}

void setup_user_remove(const Subcommand& subcommand) {
  auto options = std::make_shared<UserRemoveOptions>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.argument("EMAIL", options->email, "The user");
  subcommand.flag("--all", options->all, "Remove the user from every group");
  subcommand.set_action([options](Context& context) { remove_user(*options, context); });
}

struct UserMoveOptions {
  std::string email;
  std::string from;
  std::string to;
};

void setup_user_move(const Subcommand& subcommand) {
  auto options = std::make_shared<UserMoveOptions>();
  subcommand.argument("EMAIL", options->email, "The user");
  subcommand.argument("FROM", options->from, "The current group");
  subcommand.argument("TO", options->to, "The new group");
  subcommand.set_action([options](Context& context) {
    const std::string email = context.email(options->email);
    const Path from = context.path(options->from);
    const Path to = context.path(options->to);
    context.write({.places = {from, to}, .user = email}, [&](Write& write) { move_member(write, email, from, to); });
  });
}

void setup_user_rename(const Subcommand& subcommand) {
  auto options = std::make_shared<UserMoveOptions>();
  subcommand.argument("EMAIL", options->email, "The user");
  subcommand.argument("NEW-EMAIL", options->to, "The new e-mail");
  subcommand.set_action([options](Context& context) {
    const std::string email = context.email(options->email);
    const std::string new_email = context.email(options->to);
    context.write([&](Write& write) { rename_user(write, email, new_email); });
  });
}

struct UserListOptions {
  std::optional<std::string> path;
  bool recursive = false;
  FilterOptions filters;
  ListOptions list;
};

void list_users(const UserListOptions& options, Context& context) {
  const RootSelection roots{options.path ? std::optional{context.path(options.path)} : std::nullopt};
  const Filters filters{options.filters, Listed::members, context.shown_day()};
  const auto view = context.view();
  MemberList list{context, view->catalogue(), options.list};
  const auto depth = options.recursive ? std::nullopt : std::optional<std::size_t>{0};
  for (const Path& path : roots.in(*view)) {
    view->walk(path, depth, [&](const AncestorPath& ancestors) {
      if (ancestors.back().members == 0) return;
      const std::string group = ancestors.path();
      view->for_each_member(ancestors, [&](const MembershipView& member) {
        if (filters.matches(ancestors, member)) list.add(group, member);
      });
    });
  }
  list.finish(options.recursive ? Depth::subtree : Depth::group);
}

void setup_user_list(const Subcommand& subcommand) {
  auto options = std::make_shared<UserListOptions>();
  subcommand.argument("PATH", options->path, "The group (/)");
  subcommand.flag("-r,--recursive", options->recursive, "Include the groups below it");
  add_member_filters(subcommand, options->filters);
  add_list_options(subcommand, options->list);
  subcommand.allow_at();
  subcommand.set_action([options](Context& context) { list_users(*options, context); });
}

void setup_user_show(const Subcommand& subcommand) {
  auto options = std::make_shared<UserMoveOptions>();
  subcommand.argument("EMAIL", options->email, "The user");
  subcommand.allow_at();
  subcommand.set_action([options](Context& context) {
    const std::string email = context.email(options->email);
    const auto view = context.view();
    show_user(view->user(email, context.shown_day()), view->catalogue(), context);
  });
}

}  // namespace

void setup_user(const Subcommand& command) {
  command.add_subcommands(
      {{"add", "Add a user to a group", setup_user_add},
       {"set", "Change a user of a group", setup_user_set},
       {"remove", "Remove a user from a group (PATH EMAIL), or from all (--all EMAIL)", setup_user_remove},
       {"move", "Move a user from one group to another", setup_user_move},
       {"rename", "Change the e-mail of a user", setup_user_rename},
       {"list", "List the users of a group", setup_user_list},
       {"show", "Show a user with all entitlements", setup_user_show}});
}

}  // namespace allot::cli
