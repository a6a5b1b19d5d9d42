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

/// Who gives the commands: someone at this machine, or someone elsewhere, who has neither files nor programs here.
enum class Caller { local, remote };

/// The world outside a command, passed in so that a whole command runs inside a test.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  int out_fd = 1;  ///< what `out` writes to, asked whether it is a terminal
  int err_fd = 2;
  /// The value of an environment variable; nothing where it is not set.
  std::function<std::optional<std::string>(const char*)> find_variable;
  /// Today's date on the local calendar.
  std::function<Day()> local_day;
  /// The clock, in seconds since 1970-01-01 UTC.
  std::function<std::int64_t()> now = [] { return std::int64_t{0}; };
  bool is_input_taken = false;  ///< whether `in` is read by something already
  int in_fd = -1;               ///< what `in` reads from, asked whether it is a terminal
  Caller caller = Caller::local;
  std::string pager{};                  ///< the program through which `out` is shown, where a command wants one
  std::optional<Error> output_fault{};  ///< why `out` went bad, where it is known
  /// Takes from the process what a remote caller could use against it; empty where the process is not allot's alone.
  std::function<void()> confine{};
};

}  // namespace allot::cli
