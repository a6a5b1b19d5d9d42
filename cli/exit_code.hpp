#pragma once

#include "libcore/base/error.hpp"

namespace allot::cli {

/// The exit statuses of allot; allot(1), Exit status.
enum class ExitCode : int {
  done = 0,
  found = 1,          ///< `diff` found differences, `check` found faults
  usage = 2,          ///< the command line alone is wrong
  refused = 3,        ///< the rules forbid it
  target = 4,         ///< the named object does not exist, exists already, is not empty, is in use or has changed
  denied = 5,         ///< the actor lacks the permission
  invalid_input = 6,  ///< an input file cannot be read or is not valid
  store = 7,          ///< the store is missing, damaged, read-only, too new, or its disk is full
  mail = 8,           ///< some mail could not be delivered
  removals = 9,       ///< the write would remove more than its ceiling allows
  internal = 70,      ///< a fault of allot itself
  output = 74,        ///< the output could not be written
  busy = 75,          ///< the store stayed locked for the whole wait
  interrupted = 130,  ///< Ctrl-C
};

/// The exit status of the program for an error.
ExitCode exit_code_of(ErrorKind kind);

/// The `code` of an error in JSON.
const char* code_of(ErrorKind kind);

}  // namespace allot::cli
