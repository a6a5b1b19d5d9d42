#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output/tsv.hpp"
#include "cli/parser.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

void back_up(const std::string& file, Context& context) {
  if (file.empty()) throw Error::usage("the name of the copy is empty");
  const auto view = context.view();
  const std::int64_t revision = view->store().revision();
  if (!context.is_dry_run()) view->store().back_up(file);
  if (context.format() == Format::json) {
    context.out() << to_text({{"file", file}, {"revision", revision}}, 2) << '\n';
  } else if (context.format() == Format::tsv) {
    TsvWriter{context.out()}.write({file, std::to_string(revision)});
  } else if (!context.is_quiet()) {
    context.out() << fmt::format("copied revision {} to {}\n", revision, escape_for_terminal(file));
  }
}

}  // namespace

void setup_backup(Parser& parser) {
  auto file = std::make_shared<std::string>();
  CLI::App& app = parser.command();
  app.add_option("FILE", *file, "The copy, which must not exist")->required();
  parser.set_action(app, [file](Context& context) { back_up(*file, context); });
}

}  // namespace allot::cli
