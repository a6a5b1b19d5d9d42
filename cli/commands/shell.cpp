#include <fmt/format.h>

#include <filesystem>

#include "cli/authorized_key.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/program_files.hpp"
#include "cli/shell_session.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/storage/server_location.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestKeyFile = std::size_t{64} * 1024;

struct ShellWords {
  std::optional<std::string> email;
  std::optional<std::string> key_file;
};

std::string read_key(const std::string& file, Context& context) {
  const std::shared_ptr<std::istream> opened = context.open_input(file);
  std::istream& stream = *opened;
  std::string text(kLargestKeyFile, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_public_key(text, file);
}

void print_key(const ShellWords& options, Context& context) {
  const std::string email = parse_email(*options.email);
  if (!options.key_file) throw Error::usage("KEYFILE is missing", "`allot shell -h` prints the usage");
  const std::string key = read_key(*options.key_file, context);
  std::error_code failure;
  const std::string program = find_program(failure).string();
  if (failure) throw Error::internal(fmt::format("/proc/self/exe: {}", failure.message()));
  std::string store = context.store_path();
  if (!is_server_location(store)) store = fs::absolute(store).lexically_normal().string();
  context.out() << make_authorized_key({program, "--db", store, "shell", "--as", email}, key) << '\n';
}

int serve_actor(Context& context) {
  if (!context.actor()) {
    throw Error::usage("--as is missing: a shell acts as an administrator",
                       "`allot shell --print-key EMAIL KEYFILE` prints the line that runs it");
  }
  context.require_no_message("each command of the shell takes its own");
  context.use_server_program();  // before a line is read
  return serve(context);
}

}  // namespace

void setup_shell(const Subcommand& command) {
  auto options = std::make_shared<ShellWords>();
  const Word file =
      command.argument("KEYFILE", options->key_file, "With --print-key: the public key, - for standard input");
  const Word print = command.option("--print-key", "EMAIL", options->email, "Print the authorized_keys line for EMAIL");
  file.needs(print);
  command.set_preparation([options](Streams& streams) {
    if (!options->email) seal(streams);
  });
  command.set_status_action([options](Context& context) {
    if (!options->email) return serve_actor(context);
    print_key(*options, context);
    return 0;
  });
}

}  // namespace allot::cli
