#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands.hpp"
#include "cli/grant_options.hpp"
#include "cli/parser.hpp"

namespace allot::cli {
namespace {

struct InitOptions {
  GrantOptions grant;
  bool if_not_exists = false;
};

void init(const InitOptions& options, Context& context) {
  std::optional<LicenseChange> license;
  const GrantChange grant = read_grant(options.grant, GrantKind::fresh);
  if (names_contents(options.grant)) {
    license = LicenseChange{std::nullopt, grant};
  } else if (options.grant.from || options.grant.until) {
    throw Error::usage("a period alone makes no license", "name counts or features as well");
  }
  context.report(init_store(context.store_path(), license, context.today(),
                            options.if_not_exists ? IfExists::keep : IfExists::fail,
                            context.is_dry_run() ? DryRun::yes : DryRun::no));
}

}  // namespace

void setup_init(Parser& parser) {
  auto options = std::make_shared<InitOptions>();
  CLI::App& app = parser.command();
  add_grant_options(app, options->grant, GrantKind::fresh);
  app.add_flag("--if-not-exists", options->if_not_exists, "Leave a store that is there as it is");
  parser.set_action(app, [options](Context& context) { init(*options, context); });
}

}  // namespace allot::cli
