#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/grant_options.hpp"
#include "cli/json.hpp"
#include "cli/output/tsv.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

struct RebalanceOptions {
  std::string path;
  std::optional<std::string> need;
};

/// The command of a batch that makes the change.
std::string command_of(const CountStep& step, const std::string& item) {
  const std::string difference = fmt::format("{:+}", step.after - step.before);
  const bool is_built_in = item == "sip" || item == "mobile";
  const std::string option =
      is_built_in ? fmt::format("--{} {}", item, difference) : fmt::format("--count {}={}", item, difference);
  // A name that begins with a hyphen would be an option before `--`.
  return fmt::format("license set {} {}{} {}", option, step.license.starts_with('-') ? "-- " : "",
                     quote_for_shell(step.group), quote_for_shell(step.license));
}

void print_plan(const RebalancePlan& plan, const std::string& item, std::int64_t need, Context& context) {
  std::ostream& out = context.out();
  if (context.format() == Format::tsv) {
    TsvWriter writer{out};
    for (const CountStep& step : plan.steps) {
      writer.write({step.group, step.license, item, std::to_string(step.before), std::to_string(step.after)});
    }
    return;
  }
  if (context.format() == Format::json) {
    Json json{{"group", plan.group},
              {"item", item},
              {"need", need},
              {"at", context.today().to_string()},
              {"revision", plan.revision},
              {"available", plan.available},
              {"after", plan.available + need}};
    json["changes"] = Json::array();
    json["commands"] = Json::array();
    for (const CountStep& step : plan.steps) {
      json["changes"].push_back(
          {{"path", step.group}, {"name", step.license}, {"before", step.before}, {"after", step.after}});
      json["commands"].push_back(command_of(step, item));
    }
    out << to_text(json, 2) << '\n';
    return;
  }
  if (!context.is_quiet()) {
    out << fmt::format("# {} available in {} on {}: {}, and {} after these commands (revision {})\n", item,
                       escape_for_terminal(plan.group), context.today().to_string(), plan.available,
                       plan.available + need, plan.revision);
  }
  for (const CountStep& step : plan.steps) out << escape_for_terminal(command_of(step, item)) << '\n';
}

void rebalance(const RebalanceOptions& options, Context& context) {
  const Path path = context.path(options.path);
  if (!options.need) throw Error::usage("--need is missing", "write how much more is needed as --need NAME=N");
  const auto [item, need] = parse_amount(*options.need, "--need");
  const auto view = context.view();
  print_plan(view->rebalance(path, item, need), item, need, context);
}

}  // namespace

void setup_rebalance(const Subcommand& command) {
  auto options = std::make_shared<RebalanceOptions>();
  command.argument("PATH", options->path, "The group");
  command.option("--need", "NAME=N", options->need, "How much more of a counted resource is needed");
  command.set_action([options](Context& context) { rebalance(*options, context); });
}

}  // namespace allot::cli
