#pragma once

#include <string>
#include <string_view>

#include "libcore/base/error.hpp"

struct pg_conn;
struct pg_result;

namespace allot {

/// What an error has to name.
struct ServerNames {
  std::string location;  ///< the URL of the store, without a password
  std::string user;      ///< the role
  std::string database;
  bool was_inspected = false;  ///< whether the schema was checked before
  bool is_write = false;       ///< whether the transaction writes rows
};

/// Returns the error for a failed statement: busy, or store with what to do. It is the only place that judges SQLSTATE
/// codes of statements.
Error error_of_result(const pg_result* result, const ServerNames& names);

/// Returns the error for a role that may not write; `reason` is what the server says.
Error no_right_to_write(const ServerNames& names, const std::string& reason);

/// Returns whether the server ended a transaction so that another one could continue: a deadlock or a serialization
/// failure.
bool is_conflict(std::string_view code);

/// Returns the error for a lock that was not granted in time.
Error stayed_locked(const std::string& location);

/// Returns the error for a connection that could not be made; `connection` was begun with PQERRORS_VERBOSE.
Error error_of_connection(const pg_conn* connection, const ServerNames& names);

/// Returns a name in quotes as in SQL, for messages that say which statement helps.
std::string quote_identifier(std::string_view name);

/// Returns a message of libpq or of the server in one line without control characters.
std::string clean_message(std::string_view message);

}  // namespace allot
