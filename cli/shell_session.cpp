#include "cli/shell_session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <utility>

#include "cli/commands.hpp"
#include "cli/parser.hpp"
#include "cli/run.hpp"
#include "cli/shell_words.hpp"

namespace allot::cli {
namespace {

constexpr const char* kCommand = "SSH_ORIGINAL_COMMAND";

using Words = std::vector<std::string>;

int run_words(const Words& words, Context& shell) {
  const auto place = find_command_word(words);
  if (!place) return run_without_command(words, shell.streams());
  const Command& command = get_command(words[*place]);
  require_in_shell(command);
  Parser parser{command.name, find_subcommand_name(words, *place), Caller::remote};
  const Action action = parser.parse(words);
  const GlobalOptions options = shell.options_of_command(parser.globals());
  Context context{shell.streams(), options, words};
  return action(context);
}

/// The same error without the name of the store file, which the caller may not see.
Error without_path(const Error& error) {
  if (error.kind() == ErrorKind::busy) return Error::busy("the store stayed locked by another process", "try again");
  if (error.kind() == ErrorKind::store)
    return Error::store("the store cannot be used", "inform the administrator of the store");
  return error;
}

/// Runs one line and returns its exit status; prints an error with the prefix `place`.
int run_line(const std::string& line, const std::string& place, Context& shell) {
  Words words;
  const auto is_json = [&] { return shell.format() == Format::json || wants_json(words); };
  return run_and_report(shell.streams(), is_json, [&] {
    try {
      words = split_remote_line(line);
      if (words.empty() && !place.empty()) return 0;
      return run_words(words, shell);
    } catch (const Error& error) {
      throw place.empty() ? without_path(error) : without_path(error).at(place);
    }
  });
}

int run_lines(Context& shell) {
  std::istream& lines = shell.streams().in;
  shell.streams().is_input_taken = true;
  int status = 0;
  std::string line;
  for (std::size_t number = 1; read_remote_line(lines, line); ++number) {
    const int of_line = run_line(line, fmt::format("line {}", number), shell);
    if (of_line != 0) status = of_line;
  }
  if (lines.bad()) throw Error::invalid_input("the standard input cannot be read");
  return status;
}

}  // namespace

void seal(Streams& streams) {
  std::map<std::string, std::string> kept;
  for (const char* const name : {"HOME", kCommand}) {
    if (auto value = streams.find_variable(name)) kept.emplace(name, std::move(*value));
  }
  streams.find_variable = [kept](const char* name) {
    const auto found = kept.find(name);
    return found == kept.end() ? std::nullopt : std::optional{found->second};
  };
  streams.out_fd = -1;
  streams.err_fd = -1;
  streams.caller = Caller::remote;
  if (streams.confine) streams.confine();
}

int serve(Context& shell) {
  const Streams& streams = shell.streams();
  if (const auto command = streams.find_variable(kCommand)) return run_line(*command, {}, shell);
  if (isatty(streams.in_fd) == 1) {
    throw Error::usage(fmt::format("this account runs commands of allot as {}, and has no prompt: try `ssh HOST help`",
                                   *shell.actor()));
  }
  return run_lines(shell);
}

}  // namespace allot::cli
