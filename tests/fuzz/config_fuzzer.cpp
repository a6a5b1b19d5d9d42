// Reads any bytes as a configuration file.

#include <sstream>

#include "cli/config.hpp"
#include "cli/store_files.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "tests/fuzz/world.hpp"

namespace {

using allot::fuzz::require;

void check(const allot::Error& error) {
  require(error.kind() == allot::ErrorKind::invalid_input, "a configuration at fault is an input that is not valid");
  require(allot::is_utf8(error.message()), "an error is UTF-8");
  for (const allot::Problem& problem : error.problems()) {
    require(problem.line > 0 && problem.column > 0, "a fault has its place");
    require(allot::is_utf8(problem.message), "a fault is told in UTF-8");
    require(problem.message.find_first_of("\n\x1B") == std::string::npos, "no control character is told raw");
  }
}

void check(const allot::cli::Config& config) {
  if (!config.mail) return;
  require(config.mail->timeout >= 1 && config.mail->timeout <= 600, "a timeout is in its bounds");
  if (!config.mail->from_address.empty()) {
    require(!allot::find_fault_in_email(config.mail->from_address), "a sender is an e-mail");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream nothing;
  std::ostringstream out;
  const allot::cli::Streams streams{nothing, out, out, -1, -1, [](const char*) { return std::nullopt; }, {}};
  const std::string file = allot::fuzz::path_of("config.yaml");
  allot::fuzz::write_file(file, {reinterpret_cast<const char*>(data), size});
  try {
    check(allot::cli::read_config(streams, file, allot::cli::StoreFiles{allot::fuzz::path_of("store.db")}));
  } catch (const allot::Error& error) {
    check(error);
  }
  return 0;
}
