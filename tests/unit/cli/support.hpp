#pragma once

#include <unistd.h>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"

namespace allot::cli {

/// Runs whole command lines in this process, on a store, with streams and an environment of their own.
class Runner {
 public:
  Runner() { unlink(store_.c_str()); }
  ~Runner() { unlink(store_.c_str()); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Runs the words of one command, which reads `input`; gives the exit status.
  int run(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), {"--db", store_});
    std::istringstream in{input};
    out.str("");
    err.str("");
    Streams streams{in,
                    out,
                    err,
                    -1,
                    -1,
                    [this](const char* name) {
                      const auto found = variables.find(name);
                      return found == variables.end() ? std::nullopt : std::optional{found->second};
                    },
                    [] { return *Day::parse("2026-11-24"); }};
    return cli::run(words, streams);
  }

  std::map<std::string, std::string> variables;  ///< the environment
  std::ostringstream out;                        ///< what the last command printed
  std::ostringstream err;

 private:
  std::string store_ = "/tmp/allot-unit-" + std::to_string(getpid()) + ".db";
};

}  // namespace allot::cli
