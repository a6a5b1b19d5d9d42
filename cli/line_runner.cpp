#include "cli/line_runner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/shell_words.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// The commands of a batch that read files.
constexpr std::string_view kReaders[] = {"import", "diff", "template"};

}  // namespace

std::vector<std::string> LineRunner::split(const std::string& line) const {
  if (batch_.is_remote()) return split_remote_line(line);
  if (!is_utf8(line) || line.find('\0') != std::string::npos) throw Error::usage("the line is not UTF-8 text");
  return split_words(line);
}

void LineRunner::announce(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    try {
      if (word.starts_with('/')) batch_.engine().expect_path(Path::parse(word));
    } catch (const Error&) {
      continue;  // it is no path, or the line reports it
    }
    if (word.find('@') != std::string::npos) batch_.engine().expect_user(word);
  }
}

std::vector<std::string> LineRunner::find_inputs(const std::string& line) {
  const bool may_read = std::any_of(std::begin(kReaders), std::end(kReaders),
                                    [&](std::string_view name) { return line.find(name) != std::string::npos; });
  if (!may_read) return {};
  try {
    const std::vector<std::string> words = split(line);
    const auto place = find_command_word(words);
    if (!place || std::find(std::begin(kReaders), std::end(kReaders), words[*place]) == std::end(kReaders)) return {};
    Parser& parser = parser_of(get_command(words[*place]), find_subcommand_name(words, *place));
    parser.parse(words);
    return parser.find_inputs();
  } catch (const Error&) {
    return {};  // the error is reported when the line runs
  }
}

int LineRunner::run(const std::vector<std::string>& words, Write& write, std::ostream& out) {
  const auto place = find_command_word(words);
  if (!place) throw Error::usage("no command is named");
  const Command& command = get_command(words[*place]);
  if (batch_.is_remote()) require_in_shell(command);
  if (command.in_batch == InBatch::refused) {
    throw Error::usage(fmt::format("{} cannot stand in a batch", command.name));
  }
  Parser& parser = parser_of(command, find_subcommand_name(words, *place));
  const Action action = parser.parse(words);
  if (const auto option = parser.find_global_option()) {
    throw Error::usage(fmt::format("{} cannot stand in a line of a batch", *option), "give it to `allot batch` itself");
  }
  Context context{batch_, write, parser.globals().quiet, out};
  return action(context);
}

/// The parser of the subcommand or, if the command has no such subcommand, of the entire command.
Parser& LineRunner::parser_of(const Command& command, std::string_view subcommand) {
  for (const std::string& key : {fmt::format("{} {}", command.name, subcommand), std::string{command.name}}) {
    const auto found = parsers_.find(key);
    if (found != parsers_.end()) return *found->second;
  }
  auto parser = std::make_unique<Parser>(command.name, subcommand, batch_.streams().caller);
  const std::string key =
      parser->is_of_one_subcommand() ? fmt::format("{} {}", command.name, subcommand) : std::string{command.name};
  return *parsers_.emplace(key, std::move(parser)).first->second;
}

}  // namespace allot::cli
