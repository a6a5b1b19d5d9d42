#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/grant_options.hpp"
#include "cli/show.hpp"
#include "cli/tops.hpp"
#include "cli/values.hpp"
#include "cli/verb.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::int64_t kMostDaysAhead = 3652059;  // the whole calendar

struct LicenseOptions {
  std::string path;
  std::string name;
  std::optional<std::string> type;
  std::optional<std::string> restriction;
  GrantOptions grant;
  bool if_not_exists = false;
};

void add_names(const Verb& verb, LicenseOptions& options) {
  verb.argument("PATH", options.path, "The group");
  verb.argument("NAME", options.name, "The license");
}

LicenseChange read_license(const LicenseOptions& options, GrantKind kind) {
  LicenseChange said;
  if (options.type) said.type = parse_text(*options.type, "the type");
  said.grant = read_grant(options.grant, kind);
  return said;
}

void add_license(const LicenseOptions& options, Context& context) {
  const Path path = parse_path(options.path);
  const std::string name = parse_name(options.name, "the license name");
  const LicenseChange said = read_license(options, GrantKind::fresh);
  std::optional<Restriction> restriction;
  if (options.restriction) restriction = parse_restriction(*options.restriction, path);
  if (restriction == Restriction::none) {
    throw Error::usage("a license restricts its group: --restriction is reserved or shared");
  }
  context.write([&](Write& write) {
    write.add_license(path, name, said, restriction, options.if_not_exists ? IfExists::keep : IfExists::fail);
  });
}

void setup_license_add(const Verb& verb) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(verb, *options);
  verb.option("--type", "T", options->type, "plus, trial, basic ... (plus)");
  add_grant_options(verb, options->grant, GrantKind::fresh);
  verb.option("--restriction", "R", options->restriction, "How a group without one is restricted: reserved or shared");
  verb.flag("--if-not-exists", options->if_not_exists, "Leave a license that is there as it is");
  verb.set_action([options](Context& context) { add_license(*options, context); });
}

void setup_license_set(const Verb& verb) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(verb, *options);
  verb.option("--type", "T", options->type, "plus, trial, basic ...");
  add_grant_options(verb, options->grant, GrantKind::change);
  verb.set_action([options](Context& context) {
    const Path path = parse_path(options->path);
    const std::string name = parse_name(options->name, "the license name");
    const LicenseChange said = read_license(*options, GrantKind::change);
    context.write([&](Write& write) { write.set_license(path, name, said); });
  });
}

void setup_license_remove(const Verb& verb) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(verb, *options);
  verb.set_action([options](Context& context) {
    const Path path = parse_path(options->path);
    const std::string name = parse_name(options->name, "the license name");
    context.write([&](Write& write) { write.remove_license(path, name); });
  });
}

struct LicenseListOptions {
  std::optional<std::string> path;
  bool recursive = false;
  std::optional<std::string> expiring;
};

/// Whether a licence is active on `day` and ends at most `days` later.
bool is_expiring(const Chain& chain, const License& license, Day day, std::int64_t days) {
  if (status_on(day, license, chain.back().traits.restriction) != Status::active) return false;
  const auto last = last_day_of(chain, license);
  return last && std::int64_t{last->number()} - day.number() <= days;
}

void list_licenses(const LicenseListOptions& options, Context& context) {
  const Tops tops{options.path};
  std::optional<std::int64_t> days;
  if (options.expiring) days = parse_whole(*options.expiring, "--expiring", 0, kMostDaysAhead);
  const Day day = context.shown_day();
  const auto view = context.view();
  LicenseList list{context, days ? LicenseList::Ends::shown : LicenseList::Ends::hidden};
  const auto depth = options.recursive ? std::nullopt : std::optional<std::size_t>{0};
  for (const Path& path : tops.in(*view)) {
    view->walk(path, depth, [&](const Chain& chain) {
      for (const License& license : chain.back().licenses) {
        if (!days || is_expiring(chain, license, day, *days)) list.add(chain, license);
      }
    });
  }
  list.finish();
}

void setup_license_list(const Verb& verb) {
  auto options = std::make_shared<LicenseListOptions>();
  verb.argument("PATH", options->path, "The group (/)");
  verb.flag("-r,--recursive", options->recursive, "Those of the groups below it too");
  verb.option("--expiring", "DAYS", options->expiring, "Only those in force that end within so many days");
  verb.allow_at();
  verb.set_action([options](Context& context) { list_licenses(*options, context); });
}

void setup_license_show(const Verb& verb) {
  auto options = std::make_shared<LicenseOptions>();
  add_names(verb, *options);
  verb.allow_at();
  verb.set_action([options](Context& context) {
    const Path path = parse_path(options->path);
    const std::string name = parse_name(options->name, "the license name");
    const auto view = context.view();
    const Chain chain = view->chain(path);
    for (const License& license : chain.back().licenses) {
      if (license.name == name) return show_license(chain, license, context);
    }
    throw no_such_license(chain, name);
  });
}

}  // namespace

void setup_license(const Verb& command) {
  command.add_verbs({{"add", "Give a group a license", setup_license_add},
                     {"set", "Change a license", setup_license_set},
                     {"remove", "Remove a license", setup_license_remove},
                     {"list", "List the licenses of a group", setup_license_list},
                     {"show", "Show a license", setup_license_show}});
}

}  // namespace allot::cli
