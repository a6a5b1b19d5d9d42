#include "cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/report.hpp"
#include "cli/version.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

bool has_word(const std::vector<std::string>& arguments, std::string_view word) {
  return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
}

Error unknown_command(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (!command.is_hidden) names.emplace_back(command.name);
  }
  const auto nearest = find_nearest(word, names);
  return Error::usage(fmt::format("there is no command {}", quote(word)),
                      nearest ? fmt::format("did you mean {}?", *nearest) : "`allot -h` lists the commands");
}

/// What is done where no command is named: the version, the help, or an error.
int run_without_command(const std::vector<std::string>& arguments, Streams& streams) {
  Parser parser{""};
  if (has_word(arguments, "--version")) {
    streams.out << "allot " << kVersion << '\n';
    return 0;
  }
  if (has_word(arguments, "-h") || has_word(arguments, "--help")) {
    streams.out << help_of_program(parser.root());
    return 0;
  }
  for (const std::string& word : arguments) {
    if (word == "--") break;
    if (word.starts_with('-')) parser.require_known_option(word);
  }
  throw Error::usage("no command is named", "`allot -h` lists the commands");
}

int run_command(const std::vector<std::string>& arguments, Streams& streams) {
  const auto place = find_command_word(arguments);
  if (!place) return run_without_command(arguments, streams);
  const Command* const command = find_command(arguments[*place]);
  if (command == nullptr) throw unknown_command(arguments[*place]);
  Parser parser{command->name, find_verb_word(arguments, *place)};
  const Action action = parser.parse(arguments);
  Context context{streams, parser.globals()};
  return action(context);
}

/// Whether errors are wanted as JSON, known even where the command line cannot be parsed.
bool wants_json(const std::vector<std::string>& arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  for (auto word = arguments.begin(); word != end; ++word) {
    if (*word == "--json" || *word == "--format=json") return true;
    if (*word == "--format" && word + 1 != end && *(word + 1) == "json") return true;
  }
  return false;
}

void require_output(Streams& streams) {
  streams.out.flush();
  if (!streams.out) throw Error::output("the output could not be written");
}

}  // namespace

int run(const std::vector<std::string>& arguments, Streams& streams) {
  try {
    const int status = run_command(arguments, streams);
    require_output(streams);
    return status;
  } catch (const Error& error) {
    streams.out.flush();
    print_error(error, wants_json(arguments), streams);
    return static_cast<int>(exit_code_of(error.kind()));
  } catch (const std::bad_alloc&) {
    print_error(Error::internal("out of memory"), wants_json(arguments), streams);
  } catch (const std::exception& failure) {
    print_error(Error::internal(failure.what()), wants_json(arguments), streams);
  }
  return static_cast<int>(ExitCode::internal);
}

int run_line(const std::vector<std::string>& arguments, Context& batch, Write& write, std::ostream& out) {
  const auto place = find_command_word(arguments);
  if (!place) throw Error::usage("no command is named");
  const Command* const command = find_command(arguments[*place]);
  if (command == nullptr) throw unknown_command(arguments[*place]);
  if (command->in_batch == InBatch::refused) {
    throw Error::usage(fmt::format("{} cannot stand in a batch", command->name));
  }
  Parser parser{command->name, find_verb_word(arguments, *place)};
  const Action action = parser.parse(arguments);
  if (const auto option = parser.find_global_option()) {
    throw Error::usage(fmt::format("{} cannot stand in a line of a batch", *option), "give it to `allot batch` itself");
  }
  Context context{batch, write, parser.globals().quiet, out};
  return action(context);
}

}  // namespace allot::cli
