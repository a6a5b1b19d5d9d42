// Runs any text as a batch on a store; the store must be valid afterwards.

#include <sstream>

#include "cli/shell_words.hpp"
#include "libcore/base/error.hpp"
#include "tests/fuzz/world.hpp"

namespace {

using allot::fuzz::require;

/// Whether a line may write a file: mutated inputs must not do so.
bool may_write_file(const std::string& line) {
  try {
    for (const std::string& word : allot::cli::split_words(line)) {
      if (word.starts_with("--o")) return true;
      if (word.starts_with('-') && !word.starts_with("--") && word.find('o') != std::string::npos) return true;
    }
    return false;
  } catch (const allot::Error&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (may_write_file(line)) return 0;
  }
  const std::string& seed = allot::fuzz::seed_store(allot::fuzz::Seed::small);
  const std::string store = allot::fuzz::path_of("allot.db");
  allot::fuzz::write_file(store, seed);
  const auto answer = allot::fuzz::run({"--db", store, "batch"}, text);
  require(answer.status != 7 && answer.status != 75, "no batch makes a store unusable");
  if (answer.status != 0) {
    require(allot::fuzz::read_file(store) == seed, "a batch that fails saves nothing");
  } else {
    require(allot::fuzz::run({"--db", store, "check"}).status == 0, "a store is valid after every batch");
  }
  return 0;
}
