#include "cli/run.hpp"

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/report.hpp"
#include "cli/version.hpp"

namespace allot::cli {
namespace {

bool has_word(const std::vector<std::string>& arguments, std::string_view word) {
  return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
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
  const Command& command = get_command(arguments[*place]);
  Parser parser{command.name, find_verb_word(arguments, *place)};
  const Action action = parser.parse(arguments);
  Context context{streams, parser.globals(), arguments};
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

}  // namespace allot::cli
