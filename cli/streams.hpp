#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

#include "cli/output/style.hpp"
#include "libcore/base/day.hpp"
#include "libcore/base/error.hpp"

namespace allot::cli {

/// The caller of the commands: local, or remote without access to files and programs of this machine.
enum class Caller { local, remote };

/// The environment of a command, passed in so that a test can run an entire command.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  int out_fd = 1;  ///< the descriptor of `out`, to test for a terminal
  int err_fd = 2;
  /// The value of an environment variable; nullopt if not set.
  std::function<std::optional<std::string>(const char*)> find_variable;
  /// The current local date.
  std::function<Day()> local_day;
  /// The clock, in seconds since 1970-01-01 UTC.
  std::function<std::int64_t()> now = [] { return std::int64_t{0}; };
  bool is_input_taken = false;  ///< whether `in` is already in use
  int in_fd = -1;               ///< the descriptor of `in`, to test for a terminal
  Caller caller = Caller::local;
  std::string pager{};                  ///< the pager for `out`, if a command requests one
  std::optional<Error> output_fault{};  ///< why writing to `out` failed, if known
  /// Restricts the process for a remote caller; empty if the process is not exclusively allot's.
  std::function<void()> confine{};
  /// Replaces the program by the one for stores on servers; empty if the process is not exclusively allot's.
  std::function<void(const Streams&)> run_server_program{};
};

}  // namespace allot::cli
