#pragma once

#include "libcore/base/error.hpp"

namespace allot::cli {

/// The exit statuses of allot; allot(1), Exit status.
enum class ExitCode : int {
  done = 0,
  found = 1,          ///< `diff` found differences, `check` found faults
  usage = 2,          ///< the command line alone is wrong
  refused = 3,        ///< the rules forbid it
  target = 4,         ///< the thing named is not there, is there already, is not empty, is in use or has changed
  denied = 5,         ///< the one acted as may not do that
  invalid_input = 6,  ///< an input file cannot be read or is not valid
  store = 7,          ///< the store is missing, damaged, read-only, too new, or its disk is full
  mail = 8,           ///< some mail could not be delivered
  internal = 70,      ///< a fault of allot itself
  output = 74,        ///< the output could not be written
  busy = 75,          ///< the store stayed locked for the whole wait
  interrupted = 130,  ///< Ctrl-C
};

/// The exit status that an error ends the program with.
ExitCode exit_code_of(ErrorKind kind);

/// The word that JSON errors carry as `code`.
const char* code_of(ErrorKind kind);

}  // namespace allot::cli
