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

struct MetricsWords {
  std::optional<std::string> path;
  std::optional<std::string> file;
  std::optional<std::string> depth;
};

void write_metrics(const MetricsWords& words, Context& context) {
  const RootSelection roots{words.path ? std::optional{context.path(words.path)} : std::nullopt};
  const std::size_t depth = parse_depth(words.depth).value_or(kUsualDepth);
  std::optional<FileName> name;
  if (words.file) name = context.output_file(*words.file);
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
  auto words = std::make_shared<MetricsWords>();
  command.argument("PATH", words->path, "The group (/)");
  command.option("-o", "FILE", words->file, "Write to FILE, replaced only when complete");
  command.option("--depth", "N", words->depth, "Maximum depth in levels (1)");
  command.allow_at();
  command.set_action([words](Context& context) { write_metrics(*words, context); });
}

}  // namespace allot::cli
