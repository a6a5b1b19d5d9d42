#include <memory>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/root_selection.hpp"
#include "cli/show.hpp"
#include "cli/subcommand.hpp"

namespace allot::cli {

void setup_entitlements(const Subcommand& command) {
  auto path = std::make_shared<std::optional<std::string>>();
  command.argument("PATH", *path, "The group (/)");
  command.allow_at();
  command.set_action([path](Context& context) {
    const RootSelection roots{*path ? std::optional{context.path(*path)} : std::nullopt};
    show_entitlements(roots, *context.view(), context);
  });
}

}  // namespace allot::cli
