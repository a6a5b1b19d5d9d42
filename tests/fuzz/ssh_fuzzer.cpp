// Runs any text as the input of a remote caller: the first line as the command of ssh and the rest as its standard
// input or, if the first line is empty, the rest as lines of commands. The caller administers /north.

#include "tests/fuzz/world.hpp"

using allot::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  allot::fuzz::Bytes bytes{data, size};
  const std::string text{bytes.rest()};
  const std::string command{bytes.until('\n')};
  const std::string store = allot::fuzz::path_of("allot.db");
  allot::fuzz::write_file(store, allot::fuzz::seed_store(allot::fuzz::Seed::small));
  std::map<std::string, std::string> variables{{"ALLOT_AS", "root@x.example"}};
  if (!command.empty() && command.find('\0') == std::string::npos) variables.emplace("SSH_ORIGINAL_COMMAND", command);
  const auto answer = allot::fuzz::run({"--db", store, "shell", "--as", "ann@north.example"}, bytes.rest(), variables);
  if (text.find("hidden") == std::string::npos) {
    require((answer.out + answer.err).find("hidden") == std::string::npos, "what is out of scope is not told");
  }
  require((answer.out + answer.err).find("allot.db") == std::string::npos || text.find("allot.db") != std::string::npos,
          "the name of the store's file is not told");
  require(allot::fuzz::run({"--db", store, "check"}).status == 0, "a store is valid after every command");
  return 0;
}
