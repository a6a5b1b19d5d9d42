#pragma once

#include <unistd.h>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"

namespace allot::cli {

/// Runs entire command lines in this process, on a store, with their own streams and environment.
class Runner {
 public:
  Runner() { unlink(store_.c_str()); }
  ~Runner() { unlink(store_.c_str()); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Runs one command with the standard input `input`; returns the exit status.
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
  std::ostringstream out;                        ///< the output of the last command
  std::ostringstream err;

 private:
  std::string store_ = "/tmp/allot-unit-" + std::to_string(getpid()) + ".db";
};

}  // namespace allot::cli
