#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/label_options.hpp"
#include "cli/root_selection.hpp"
#include "cli/show.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/edit/groups.hpp"

namespace allot::cli {
namespace {

struct GroupAddOptions {
  std::string path;
  std::optional<std::string> kind;
  LabelOptions labels;
  std::optional<std::string> restriction;
  bool parents = false;
  bool if_not_exists = false;
};

void add_group(const GroupAddOptions& options, Context& context) {
  const Path path = context.path(options.path);
  GroupPatch specified;
  if (options.kind) specified.kind = parse_text(*options.kind, "the kind");
  specified.labels = read_labels(options.labels);
  if (options.restriction) specified.restriction = parse_restriction(*options.restriction, path);
  context.write({.places = {path.parent()}, .creates_groups = true}, [&](Write& write) {
    add_group(write, path, specified, options.parents ? Parents::create : Parents::must_exist,
              options.if_not_exists ? IfExists::keep : IfExists::fail);
  });
}

void setup_group_add(const Subcommand& subcommand) {
  auto options = std::make_shared<GroupAddOptions>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.option("--kind", "K", options->kind, "dealer, site, building, apartment ...");
  add_label_option(subcommand, options->labels);
  subcommand.option("--restriction", "R", options->restriction, "none, reserved or shared");
  subcommand.flag("-p,--parents", options->parents, "Create missing parent groups");
  subcommand.flag("--if-not-exists", options->if_not_exists, "Do nothing if the group exists");
  subcommand.set_action([options](Context& context) { add_group(*options, context); });
}

struct GroupSetOptions {
  std::string path;
  std::optional<std::string> kind;
  LabelOptions labels;
  std::optional<std::string> restriction;
  bool suspend = false;
  bool resume = false;
  std::optional<std::string> remind_before;
  std::optional<std::string> remind_repeat;
  bool remind_users = false;
  std::optional<std::string> remind_low;
  bool no_remind_low = false;
  bool no_reminder = false;
};

void set_group(const GroupSetOptions& options, Context& context) {
  const Path path = context.path(options.path);
  GroupPatch specified;
  if (options.kind) specified.kind = parse_text(*options.kind, "the kind");
  specified.labels = read_labels(options.labels);
  if (options.restriction) specified.restriction = parse_restriction(*options.restriction, path);
  if (options.suspend) specified.suspended = true;
  if (options.resume) specified.suspended = false;
  if (options.remind_before) specified.remind_before = parse_lead_times(*options.remind_before);
  if (options.remind_repeat) specified.remind_repeat = parse_repeat(*options.remind_repeat);
  specified.remind_users = options.remind_users;
  if (options.remind_low)
    specified.remind_low = static_cast<int>(parse_whole(*options.remind_low, "--remind-low", 1, 100));
  if (options.no_remind_low) specified.remind_low = 0;
  specified.drops_reminder = options.no_reminder;
  context.write({.places = {path.parent()}}, [&](Write& write) { set_group(write, path, specified); });
}

void setup_group_set(const Subcommand& subcommand) {
  auto options = std::make_shared<GroupSetOptions>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.option("--kind", "K", options->kind, "dealer, site, building, apartment ...");
  add_label_options(subcommand, options->labels);
  subcommand.option("--restriction", "R", options->restriction, "none, reserved or shared");
  const Word suspend = subcommand.flag("--suspend", options->suspend, "Block the group and all groups below it");
  subcommand.flag("--resume", options->resume, "End a suspension").excludes(suspend);
  const Word before = subcommand.option("--remind-before", "DAYS", options->remind_before,
                                        "Remind this many days before the end; also 60,30,7");
  const Word repeat =
      subcommand.option("--remind-repeat", "REPEAT", options->remind_repeat, "once, daily, weekly or 30-days");
  const Word users = subcommand.flag("--remind-users", options->remind_users, "Also remind users whose access ends");
  const Word low =
      subcommand.option("--remind-low", "PERCENT", options->remind_low, "Warn when so little of a limit is available");
  subcommand.flag("--no-remind-low", options->no_remind_low, "Remove the warning").excludes(low);
  subcommand.flag("--no-reminder", options->no_reminder, "Remove the reminder and the warning")
      .excludes(before)
      .excludes(repeat)
      .excludes(users)
      .excludes(low);
  subcommand.set_action([options](Context& context) { set_group(*options, context); });
}

struct TwoWords {
  std::string path;
  std::string other;
};

void setup_group_move(const Subcommand& subcommand) {
  auto options = std::make_shared<TwoWords>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.argument("NEW-PARENT", options->other, "The new parent group");
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const Path parent = context.path(options->other);
    if (path.is_root()) throw Error::usage("/ cannot be moved");
    if (path.contains(parent)) {
      throw Error::usage(
          fmt::format("{} cannot be moved to {}: that is itself or below it", path.to_string(), parent.to_string()));
    }
    context.write({.places = {path.parent(), parent}}, [&](Write& write) { move_group(write, path, parent); });
  });
}

void setup_group_rename(const Subcommand& subcommand) {
  auto options = std::make_shared<TwoWords>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.argument("NAME", options->other, "The new name");
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const std::string name = parse_name(options->other, "the name");
    if (path.is_root()) throw Error::usage("/ cannot be renamed");
    context.announce(path.parent().child(name));
    context.write({.places = {path.parent()}}, [&](Write& write) { rename_group(write, path, name); });
  });
}

struct GroupRemoveOptions {
  std::string path;
  bool recursive = false;
  std::optional<std::string> max_removals;
};

void setup_group_remove(const Subcommand& subcommand) {
  auto options = std::make_shared<GroupRemoveOptions>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.flag("-r,--recursive", options->recursive, "Also remove its contents and all groups below it");
  subcommand.option("--max-removals", "N|P%", options->max_removals, "Fail if more than that is removed");
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    if (path.is_root()) throw Error::usage("/ cannot be removed");
    const auto max_removals = parse_removals(options->max_removals);
    context.write({.places = {path.parent()}}, [&](Write& write) {
      remove_group(write, path, options->recursive ? Recursive::yes : Recursive::no, max_removals);
    });
  });
}

struct GroupShowOptions {
  std::optional<std::string> path;
  bool recursive = false;
  std::optional<std::string> depth;
  bool fold_leaves = false;
  FilterOptions filters;
  ListOptions list;
};

/// The groups that are listed: those at and below the named group, those below it, or those and the ancestors of each.
enum class Which { all, below, with_ancestors };

void list_groups(const GroupShowOptions& options, std::optional<std::size_t> depth, Which which, Context& context) {
  const RootSelection roots{options.path ? std::optional{context.path(options.path)} : std::nullopt};
  const Filters filters{options.filters, Listed::groups, context.shown_day()};
  const auto view = context.view();
  GroupList list{context, view->catalogue(), options.list};
  for (const Path& path : roots.in(*view)) {
    if (which == Which::with_ancestors) {
      walk_matches(*view, path, depth, filters, [&](const AncestorPath& ancestors) { list.add(ancestors); });
      continue;
    }
    view->walk(path, depth, [&](const AncestorPath& ancestors) {
      const bool is_top = ancestors.size() == path.depth() + 1;
      if ((!is_top || which == Which::all) && filters.matches(ancestors)) list.add(ancestors);
    });
  }
  list.finish();
}

void setup_group_list(const Subcommand& subcommand) {
  auto options = std::make_shared<GroupShowOptions>();
  subcommand.argument("PATH", options->path, "The group (/)");
  subcommand.flag("-r,--recursive", options->recursive, "List the group itself and all groups below it");
  add_group_filters(subcommand, options->filters);
  add_list_options(subcommand, options->list);
  subcommand.set_action([options](Context& context) {
    if (options->recursive) {
      list_groups(*options, std::nullopt, Which::all, context);
    } else {
      list_groups(*options, 1, Which::below, context);
    }
  });
}

void setup_tree(const Subcommand& subcommand) {
  auto options = std::make_shared<GroupShowOptions>();
  subcommand.argument("PATH", options->path, "The group (/)");
  subcommand.option("--depth", "N", options->depth, "Maximum depth in levels");
  subcommand.flag("--fold-leaves", options->fold_leaves, "Count groups without children beside their parent");
  add_group_filters(subcommand, options->filters);
  subcommand.set_action([options](Context& context) {
    const auto depth = parse_depth(options->depth);
    if (context.format() != Format::table) {
      list_groups(*options, depth, Which::with_ancestors, context);
      return;
    }
    print_trees(RootSelection{options->path ? std::optional{context.path(options->path)} : std::nullopt}, depth,
                Filters{options->filters, Listed::groups, context.shown_day()},
                options->fold_leaves ? FoldLeaves::yes : FoldLeaves::no, context);
  });
}

void setup_group_show(const Subcommand& subcommand) {
  auto options = std::make_shared<TwoWords>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const auto view = context.view();
    show_group(view->ancestors(path), context);
  });
}

}  // namespace

void setup_group(const Subcommand& command) {
  command.add_subcommands({{"add", "Add a group", setup_group_add},
                           {"set", "Change a group", setup_group_set},
                           {"move", "Move a group to another parent", setup_group_move},
                           {"rename", "Rename a group", setup_group_rename},
                           {"remove", "Remove a group", setup_group_remove},
                           {"list", "List the groups below a group", setup_group_list},
                           {"tree", "Draw the tree of a group", setup_tree},
                           {"show", "Show a group", setup_group_show}});
}

}  // namespace allot::cli
