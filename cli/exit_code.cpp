#include "cli/exit_code.hpp"

namespace allot::cli {

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return ExitCode::usage;
    case ErrorKind::refused:
      return ExitCode::refused;
    case ErrorKind::not_found:
    case ErrorKind::exists:
    case ErrorKind::not_empty:
    case ErrorKind::in_use:
    case ErrorKind::changed:
      return ExitCode::target;
    case ErrorKind::denied:
      return ExitCode::denied;
    case ErrorKind::invalid_input:
      return ExitCode::invalid_input;
    case ErrorKind::store:
      return ExitCode::store;
    case ErrorKind::mail:
      return ExitCode::mail;
    case ErrorKind::too_many_removals:
      return ExitCode::removals;
    case ErrorKind::output:
      return ExitCode::output;
    case ErrorKind::busy:
      return ExitCode::busy;
    case ErrorKind::internal:
      break;
  }
  return ExitCode::internal;
}

const char* code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::not_found:
      return "not-found";
    case ErrorKind::exists:
      return "exists";
    case ErrorKind::not_empty:
      return "not-empty";
    case ErrorKind::in_use:
      return "in-use";
    case ErrorKind::changed:
      return "changed";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::invalid_input:
      return "invalid-input";
    case ErrorKind::store:
      return "store";
    case ErrorKind::mail:
      return "mail";
    case ErrorKind::too_many_removals:
      return "too-many-removals";
    case ErrorKind::output:
      return "output";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::internal:
      break;
  }
  return "internal";
}

}  // namespace allot::cli
