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
#include "libcore/base/text.hpp"
#include "libcore/edit/licenses.hpp"
#include "libcore/edit/renewal.hpp"
#include "libcore/edit/transfer.hpp"

namespace allot::cli {
namespace {

struct LicenseOptions {
  std::string path;
  std::string name;
  std::optional<std::string> type;
  LabelOptions labels;
  std::optional<std::string> restriction;
  GrantOptions grant;
  bool if_not_exists = false;
};

void add_names(const Subcommand& subcommand, LicenseOptions& options) {
  subcommand.argument("PATH", options.path, "The group");
  subcommand.argument("NAME", options.name, "The license");
}

LicenseChange read_license(const LicenseOptions& options, GrantKind kind) {
  LicenseChange specified;
  if (options.type) specified.type = parse_text(*options.type, "the type");
  specified.labels = read_labels(options.labels);
  specified.grant = read_grant(options.grant, kind);
  return specified;
}

void add_license(const LicenseOptions& options, Context& context) {
  const Path path = context.path(options.path);
  const std::string name = parse_name(options.name, "the license name");
  const LicenseChange specified = read_license(options, GrantKind::fresh);
  std::optional<Restriction> restriction;
  if (options.restriction) restriction = parse_restriction(*options.restriction, path);
  if (restriction == Restriction::none) {
    throw Error::usage("a license restricts its group: --restriction is reserved or shared");
  }
  context.write({.places = {path.parent()}}, [&](Write& write) {
    add_license(write, path, name, specified, restriction, options.if_not_exists ? IfExists::keep : IfExists::fail);
  });
}

void setup_license_add(const Subcommand& subcommand) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(subcommand, *options);
  subcommand.option("--type", "T", options->type, "plus, trial, basic ... (plus)");
  add_label_option(subcommand, options->labels);
  add_grant_options(subcommand, options->grant, GrantKind::fresh);
  subcommand.option("--restriction", "R", options->restriction,
                    "Restriction for a group without one: reserved or shared");
  subcommand.flag("--if-not-exists", options->if_not_exists, "Do nothing if the license exists");
  subcommand.set_action([options](Context& context) { add_license(*options, context); });
}

void setup_license_set(const Subcommand& subcommand) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(subcommand, *options);
  subcommand.option("--type", "T", options->type, "plus, trial, basic ...");
  add_label_options(subcommand, options->labels);
  add_grant_options(subcommand, options->grant, GrantKind::change);
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const std::string name = parse_name(options->name, "the license name");
    const LicenseChange specified = read_license(*options, GrantKind::change);
    context.write({.places = {path.parent()}}, [&](Write& write) { set_license(write, path, name, specified); });
  });
}

void setup_license_remove(const Subcommand& subcommand) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(subcommand, *options);
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const std::string name = parse_name(options->name, "the license name");
    context.write({.places = {path.parent()}}, [&](Write& write) { remove_license(write, path, name); });
  });
}

struct LicenseRenameOptions {
  std::string path;
  std::string name;
  std::string new_name;
};

void setup_license_rename(const Subcommand& subcommand) {
  auto options = std::make_shared<LicenseRenameOptions>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.argument("NAME", options->name, "The license");
  subcommand.argument("NEW-NAME", options->new_name, "The new name");
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const std::string name = parse_name(options->name, "the license name");
    const std::string new_name = parse_name(options->new_name, "the new name");
    context.write({.places = {path.parent()}}, [&](Write& write) { rename_license(write, path, name, new_name); });
  });
}

struct LicenseRenewOptions {
  std::string path;
  std::optional<std::string> name;
  std::optional<std::string> until;
  std::optional<std::string> ends;
  bool recursive = false;
  bool with_users = false;
};

void renew_licenses(const LicenseRenewOptions& words, Context& context) {
  if (!words.until) throw Error::usage("no new end is named", "give --until DATE");
  RenewOptions options;
  options.path = context.path(words.path);
  if (words.name) options.name = parse_name(*words.name, "the license name");
  options.until = parse_day(*words.until, "--until");
  if (words.ends) options.ends = parse_day(*words.ends, "--ends");
  options.recursive = words.recursive ? Recursive::yes : Recursive::no;
  options.with_users = words.with_users ? WithUsers::yes : WithUsers::no;
  context.write({.places = {options.path.parent()}}, [&](Write& write) { renew_licenses(write, options); });
}

void setup_license_renew(const Subcommand& subcommand) {
  auto options = std::make_shared<LicenseRenewOptions>();
  subcommand.argument("PATH", options->path, "The group");
  subcommand.argument("NAME", options->name, "The license (all of the group)");
  subcommand.option("--until", "DATE", options->until, "The new last day");
  subcommand.option("--ends", "DATE", options->ends, "The last day of what is renewed (that of the active licenses)");
  subcommand.flag("-r,--recursive", options->recursive, "Include the licenses of the groups below it");
  subcommand.flag("--with-users", options->with_users, "Include users whose access ends on that day");
  subcommand.set_action([options](Context& context) { renew_licenses(*options, context); });
}

struct TransferOptions {
  std::string from;
  std::string from_name;
  std::string to;
  std::string to_name;
  GrantOptions grant;
};

void setup_license_transfer(const Subcommand& subcommand) {
  auto options = std::make_shared<TransferOptions>();
  subcommand.argument("FROM", options->from, "The group that gives");
  subcommand.argument("NAME", options->from_name, "Its license");
  subcommand.argument("TO", options->to, "The group that gets");
  subcommand.argument("TO-NAME", options->to_name, "Its license");
  add_count_options(subcommand, options->grant);
  subcommand.set_action([options](Context& context) {
    const LicensePlace from{context.path(options->from), parse_name(options->from_name, "the license name")};
    const LicensePlace to{context.path(options->to), parse_name(options->to_name, "the license name")};
    require_different(from, to);
    const auto amounts = read_amounts(options->grant);
    context.write({.places = {from.path.parent(), to.path.parent()}},
                  [&](Write& write) { transfer_counts(write, from, to, amounts); });
  });
}

struct LicenseListOptions {
  std::optional<std::string> path;
  bool recursive = false;
  FilterOptions filters;
  ListOptions list;
};

void list_licenses(const LicenseListOptions& options, Context& context) {
  const RootSelection roots{options.path ? std::optional{context.path(options.path)} : std::nullopt};
  const Filters filters{options.filters, Listed::licenses, context.shown_day()};
  const auto view = context.view();
  LicenseList list{context, view->catalogue(), options.list};
  const auto depth = options.recursive ? std::nullopt : std::optional<std::size_t>{0};
  for (const Path& path : roots.in(*view)) {
    view->walk(path, depth, [&](const AncestorPath& ancestors) {
      for (const License& license : ancestors.back().licenses) {
        if (filters.matches(ancestors, license)) list.add(ancestors, license);
      }
    });
  }
  list.finish(options.recursive ? Depth::subtree : Depth::group);
}

void setup_license_list(const Subcommand& subcommand) {
  auto options = std::make_shared<LicenseListOptions>();
  subcommand.argument("PATH", options->path, "The group (/)");
  subcommand.flag("-r,--recursive", options->recursive, "Include the groups below it");
  add_license_filters(subcommand, options->filters);
  add_list_options(subcommand, options->list);
  subcommand.allow_at();
  subcommand.set_action([options](Context& context) { list_licenses(*options, context); });
}

void setup_license_show(const Subcommand& subcommand) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(subcommand, *options);
  subcommand.allow_at();
  subcommand.set_action([options](Context& context) {
    const Path path = context.path(options->path);
    const std::string name = parse_name(options->name, "the license name");
    const auto view = context.view();
    const AncestorPath ancestors = view->ancestors(path);
    for (const License& license : ancestors.back().licenses) {
      if (license.name == name) return show_license(ancestors, license, context);
    }
    throw no_such_license(ancestors, name);
  });
}

}  // namespace

void setup_license(const Subcommand& command) {
  command.add_subcommands({{"add", "Add a license to a group", setup_license_add},
                           {"set", "Change a license", setup_license_set},
                           {"remove", "Remove a license", setup_license_remove},
                           {"rename", "Rename a license", setup_license_rename},
                           {"renew", "Extend what ends on one day", setup_license_renew},
                           {"transfer", "Move counts from a license to another", setup_license_transfer},
                           {"list", "List the licenses of a group", setup_license_list},
                           {"show", "Show a license", setup_license_show}});
}

}  // namespace allot::cli
