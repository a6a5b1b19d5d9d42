#include <memory>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/metrics.hpp"
#include "cli/output_file.hpp"
#include "cli/root_selection.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kUsualDepth = 1;

struct MetricsOptions {
  std::optional<std::string> path;
  std::optional<std::string> file;
  std::optional<std::string> depth;
};

void write_metrics(const MetricsOptions& options, Context& context) {
  const RootSelection roots{options.path ? std::optional{context.path(options.path)} : std::nullopt};
  const std::size_t depth = parse_depth(options.depth).value_or(kUsualDepth);
  std::optional<FileName> name;
  if (options.file) name = context.output_file(*options.file);
  Metrics metrics{context.streams()};
  {
    const auto view = context.view();
    metrics.read(*view, roots.in(*view), depth, context.shown_day());
  }
  if (!name) return metrics.write(context.out());
  OutputFile file{*name, context.streams(), Readers::by_umask};
  metrics.write(file.stream());
  file.save();
}

}  // namespace

void setup_metrics(const Subcommand& command) {
  auto options = std::make_shared<MetricsOptions>();
  command.argument("PATH", options->path, "The group (/)");
  command.option("-o", "FILE", options->file, "Write to FILE, replaced only when complete");
  command.option("--depth", "N", options->depth, "Maximum depth in levels (1)");
  command.allow_at();
  command.set_action([options](Context& context) { write_metrics(*options, context); });
}

}  // namespace allot::cli
