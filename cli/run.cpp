#include "cli/run.hpp"

#include <algorithm>

#include "cli/buffered_output.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/program_files.hpp"
#include "cli/report.hpp"
#include "cli/store_files.hpp"
#include "cli/version.hpp"
#include "libcore/storage/server_location.hpp"

namespace allot::cli {
namespace {

bool has_word(const std::vector<std::string>& arguments, std::string_view word) {
  return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
}

int run_command(const std::vector<std::string>& arguments, Streams& streams) {
  const auto place = find_command_word(arguments);
  if (!place) return run_without_command(arguments, streams);
  const Command& command = get_command(arguments[*place]);
  const bool has_option =
      std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) { return word.starts_with('-'); });
  Parser parser{command.name, find_subcommand_name(arguments, *place), Caller::local,
                has_option ? Globals::taken : Globals::left_out};
  const Action action = parser.parse(arguments);
  const int out = streams.out_fd;
  const int error = streams.err_fd;
  parser.prepare(streams);
  Context context{streams, parser.globals(), arguments};
  context.require_other_outputs(out, error);
  return action(context);
}

/// The same error without the passwords of URLs, which may stand where a command expects something else.
Error without_passwords(const Error& error) {
  return error.rephrased(hide_passwords(error.message()), hide_passwords(error.hint()));
}

void print_version(Streams& streams) {
  streams.out << "allot " << kVersion << '\n';
  if (streams.caller == Caller::remote) return;
  streams.out << "storages: SQLite" << (has_server_program() ? ", PostgreSQL" : "; allot-postgresql is not installed")
              << '\n';
}

void require_output(Streams& streams) {
  streams.out.flush();
  if (!streams.out) throw streams.output_fault.value_or(Error::output("the output could not be written"));
}

}  // namespace

bool wants_json(const std::vector<std::string>& arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  for (auto word = arguments.begin(); word != end; ++word) {
    if (*word == "--json" || *word == "--format=json") return true;
    if (*word == "--format" && word + 1 != end && *(word + 1) == "json") return true;
  }
  return false;
}

int run_without_command(const std::vector<std::string>& arguments, Streams& streams) {
  Parser parser{"", {}, streams.caller};
  if (has_word(arguments, "--version")) {
    print_version(streams);
    return 0;
  }
  if (has_word(arguments, "-h") || has_word(arguments, "--help")) {
    streams.out << help_of_program(parser.root(), streams.caller);
    return 0;
  }
  for (const std::string& word : arguments) {
    if (word == "--") break;
    if (word.starts_with('-')) parser.require_known_option(word);
  }
  throw Error::usage("no command is named",
                     streams.caller == Caller::remote ? "`help` lists the commands" : "`allot -h` lists the commands");
}

int run_and_report(Streams& streams, const std::function<bool()>& is_json, const std::function<int()>& work) {
  try {
    const int status = work();
    require_output(streams);
    return status;
  } catch (const Error& error) {
    streams.out.flush();
    print_error(without_passwords(error), is_json(), streams);
    return static_cast<int>(exit_code_of(error.kind()));
  } catch (const std::bad_alloc&) {
    print_error(Error::internal("out of memory"), is_json(), streams);
  } catch (const std::exception& failure) {
    print_error(Error::internal(failure.what()), is_json(), streams);
  }
  return static_cast<int>(ExitCode::internal);
}

int run(const std::vector<std::string>& arguments, Streams& streams) {
  std::optional<BufferedOutput> buffered;
  if (!is_regular(streams.out_fd)) buffered.emplace(streams);
  return run_and_report(
      streams, [&] { return wants_json(arguments); }, [&] { return run_command(arguments, streams); });
}

}  // namespace allot::cli
