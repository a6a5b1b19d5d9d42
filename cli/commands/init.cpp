
#include "libcore/edit/init.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/grant_options.hpp"
#include "cli/subcommand.hpp"

namespace allot::cli {
namespace {

struct InitOptions {
  GrantOptions grant;
  bool if_not_exists = false;
};

void init(const InitOptions& options, Context& context) {
  std::optional<LicenseChange> license;
  const GrantChange grant = read_grant(options.grant, GrantKind::initial);
  if (names_contents(options.grant)) {
    license = LicenseChange{std::nullopt, grant};
  } else if (options.grant.from || options.grant.until) {
    throw Error::usage("a license needs more than a period", "name counts or features as well");
  }
  NewStore wanted;
  context.use_server_program();
  wanted.path = context.store_path();
  wanted.license = license;
  wanted.today = context.today();
  wanted.actor = context.actor();
  wanted.origin = context.origin();
  wanted.if_revision = context.if_revision();
  wanted.if_exists = options.if_not_exists ? IfExists::keep : IfExists::fail;
  wanted.dry_run = context.is_dry_run() ? DryRun::yes : DryRun::no;
  context.report(init_store(wanted));
}

}  // namespace

void setup_init(const Subcommand& command) {
  auto options = std::make_shared<InitOptions>();
  add_grant_options(command, options->grant, GrantKind::initial);
  command.flag("--if-not-exists", options->if_not_exists, "Do nothing if the store exists");
  command.set_action([options](Context& context) { init(*options, context); });
}

}  // namespace allot::cli
