#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/grant_options.hpp"
#include "cli/show.hpp"
#include "cli/tops.hpp"
#include "cli/values.hpp"
#include "cli/verb.hpp"

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

void add_member_options(const Verb& verb, MemberOptions& options, GrantKind kind) {
  verb.argument("PATH", options.path, "The group");
  verb.argument("EMAIL", options.email, "The user");
  verb.option("--name", "N", options.name, "The user's name in this group");
  verb.option("--role", "R", options.role, "user, concierge or admin");
  const GrantWords grant = add_grant_options(verb, options.grant, kind);
  const Word none = verb.flag("--no-features", options.no_features, "No feature at all").excludes(grant.feature);
  if (kind == GrantKind::fresh) return;
  none.excludes(*grant.no_feature);
  verb.flag("--all-features", options.all_features, "Every feature that the group has")
      .excludes(grant.feature)
      .excludes(*grant.no_feature)
      .excludes(none);
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

void setup_user_add(const Verb& verb) {
  auto options = std::make_shared<MemberOptions>();
  add_member_options(verb, *options, GrantKind::fresh);
  verb.flag("--if-not-exists", options->if_not_exists, "Leave a user that is there as it is");
  verb.set_action([options](Context& context) {
    const Path path = parse_path(options->path);
    const std::string email = parse_email(options->email);
    const MembershipChange said = read_member(*options, GrantKind::fresh);
    context.write([&](Write& write) {
      write.add_member(path, email, said, options->if_not_exists ? IfExists::keep : IfExists::fail);
    });
  });
}

void setup_user_set(const Verb& verb) {
  auto options = std::make_shared<MemberOptions>();
  add_member_options(verb, *options, GrantKind::change);
  verb.set_action([options](Context& context) {
    const Path path = parse_path(options->path);
    const std::string email = parse_email(options->email);
    const MembershipChange said = read_member(*options, GrantKind::change);
    context.write([&](Write& write) { write.set_member(path, email, said); });
  });
}

struct UserRemoveOptions {
  std::optional<std::string> path;
  std::optional<std::string> email;
  bool all = false;
};

/// Removes the user from one group, or with `--all`, where its e-mail is the only word, from every one.
void remove_user(const UserRemoveOptions& options, Context& context) {
  if (options.all && options.email) throw Error::usage("--all takes an e-mail alone");
  const std::optional<std::string>& named = options.all ? options.path : options.email;
  if (!named) {
    throw Error::usage(options.path || options.all ? "EMAIL is missing" : "PATH is missing",
                       "write PATH EMAIL, or --all EMAIL to remove a user from every group");
  }
  const std::string email = parse_email(*named);
  if (options.all) {
    context.write([&](Write& write) { write.remove_user(email); });
    return;
  }
  const Path path = parse_path(options.path);
  context.write([&](Write& write) { write.remove_member(path, email); });
}

void setup_user_remove(const Verb& verb) {
  auto options = std::make_shared<UserRemoveOptions>();
  verb.argument("PATH", options->path, "The group");
  verb.argument("EMAIL", options->email, "The user");
  verb.flag("--all", options->all, "From every group");
  verb.set_action([options](Context& context) { remove_user(*options, context); });
}

struct UserMoveOptions {
  std::string email;
  std::string from;
  std::string to;
};

void setup_user_move(const Verb& verb) {
  auto options = std::make_shared<UserMoveOptions>();
  verb.argument("EMAIL", options->email, "The user");
  verb.argument("FROM", options->from, "The group that it leaves");
  verb.argument("TO", options->to, "The group that it comes to");
  verb.set_action([options](Context& context) {
    const std::string email = parse_email(options->email);
    const Path from = parse_path(options->from);
    const Path to = parse_path(options->to);
    context.write([&](Write& write) { write.move_member(email, from, to); });
  });
}

void setup_user_rename(const Verb& verb) {
  auto options = std::make_shared<UserMoveOptions>();
  verb.argument("EMAIL", options->email, "The user");
  verb.argument("NEW-EMAIL", options->to, "The new e-mail");
  verb.set_action([options](Context& context) {
    const std::string email = parse_email(options->email);
    const std::string new_email = parse_email(options->to);
    context.write([&](Write& write) { write.rename_user(email, new_email); });
  });
}

struct UserListOptions {
  std::optional<std::string> path;
  bool recursive = false;
};

void setup_user_list(const Verb& verb) {
  auto options = std::make_shared<UserListOptions>();
  verb.argument("PATH", options->path, "The group (/)");
  verb.flag("-r,--recursive", options->recursive, "Those of the groups below it too");
  verb.allow_at();
  verb.set_action([options](Context& context) {
    const Tops tops{options->path};
    const auto view = context.view();
    MemberList list{context};
    const auto depth = options->recursive ? std::nullopt : std::optional<std::size_t>{0};
    for (const Path& path : tops.in(*view)) {
      view->walk(path, depth, [&](const Chain& chain) {
        if (chain.back().members == 0) return;
        const std::string group = chain.path();
        view->for_each_member(chain, [&](const MembershipView& member) { list.add(group, member, view->catalogue()); });
      });
    }
    list.finish();
  });
}

void setup_user_show(const Verb& verb) {
  auto options = std::make_shared<UserMoveOptions>();
  verb.argument("EMAIL", options->email, "The user");
  verb.allow_at();
  verb.set_action([options](Context& context) {
    const std::string email = parse_email(options->email);
    const auto view = context.view();
    show_user(view->user(email, context.shown_day()), view->catalogue(), context);
  });
}

}  // namespace

void setup_user(const Verb& command) {
  command.add_verbs(
      {{"add", "Add a user to a group", setup_user_add},
       {"set", "Change a user of a group", setup_user_set},
       {"remove", "Remove a user from a group (PATH EMAIL), or from all (--all EMAIL)", setup_user_remove},
       {"move", "Move a user from one group to another", setup_user_move},
       {"rename", "Give a user another e-mail", setup_user_rename},
       {"list", "List the users of a group", setup_user_list},
       {"show", "Show a user and what it is entitled to", setup_user_show}});
}

}  // namespace allot::cli
