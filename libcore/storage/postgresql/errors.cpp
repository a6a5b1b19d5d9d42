#include "libcore/storage/postgresql/errors.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/storage/server_location.hpp"

namespace allot {
namespace {

constexpr const char* kTryAgain = "try again";
constexpr const char* kRestore = "restore a backup";
constexpr const char* kCheckServer = "check that the server runs, and the host and the port of the URL";
constexpr const char* kCheckLogin = "check the user in the URL, and pg_hba.conf of the server";
constexpr const char* kPasswords =
    "passwords come from the file ~/.pgpass or the file that PGPASSFILE names, with mode 0600";

Error no_rights(const ServerNames& names, const std::string& message) {
  // The check of the schema, which reads, has succeeded.
  if (names.is_write && names.was_inspected) return no_right_to_write(names, message);
  return Error::store(
      fmt::format("the role {} may not use the store {}: {}", quote(names.user), quote_whole(names.location), message),
      fmt::format(
          "an administrator of the server grants the rights: GRANT allot_writer TO {}, or allot_reader to read only",
          quote_identifier(names.user)));
}

Error no_store(const ServerNames& names) {
  return Error::store(fmt::format("there is no store {}", quote_whole(names.location)),
                      "make one with `allot init`, or name another with --db FILE");
}

Error damaged(const ServerNames& names, const std::string& message) {
  return Error::store(fmt::format("the store {} is damaged: {}", quote_whole(names.location), message), kRestore);
}

Error read_only(const ServerNames& names) {
  return Error::store(
      fmt::format("the store {} is read-only", quote_whole(names.location)),
      "the server is a replica, or default_transaction_read_only is on: name the server that is written to");
}

Error refused_login(std::string_view code, const ServerNames& names, const std::string& message) {
  return Error::store(fmt::format("the server refuses the login of {}: {}", quote(names.user), message),
                      code == "28P01" ? kPasswords : kCheckLogin);
}

/// Returns the error for a state of the server, which a connection and a statement may find; `code` is its SQLSTATE.
Error error_of_server(std::string_view code, const std::string& message, const ServerNames& names) {
  const std::string store = quote_whole(names.location);
  if (code == "3D000") {
    return Error::store(fmt::format("the server has no database {}", quote(names.database)),
                        "create it with the encoding UTF8, then make a store with `allot init`");
  }
  if (code.starts_with("28")) return refused_login(code, names, message);
  if (code == "42501") {
    return Error::store(
        fmt::format("the role {} may not use the database {}: {}", quote(names.user), quote(names.database), message),
        fmt::format("an administrator of the server grants the rights: GRANT CONNECT ON DATABASE {} TO {}",
                    quote_identifier(names.database), quote_identifier(names.user)));
  }
  if (code == "53300") {
    return Error::store(fmt::format("the server of the store {} has too many connections", store),
                        "try again, use a pooler, or raise max_connections");
  }
  if (code == "57P01" || code == "57P02" || code == "57P03" || code == "57P05") {
    return Error::store(fmt::format("the server of the store {} is not available: {}", store, message), kTryAgain);
  }
  if (code.starts_with("53")) {
    return Error::store(fmt::format("the server of the store {} lacks resources: {}", store, message), kTryAgain);
  }
  return Error::store(fmt::format("cannot use the server of the store {}: {} ({})", store, message, code),
                      kCheckServer);
}

/// Returns the SQLSTATE in a verbose message, `FATAL:  28P01: password authentication failed`, and removes what is
/// before it; empty if there is none.
std::string take_code(std::string& message) {
  constexpr std::size_t kCode = 5;
  for (std::size_t at = message.find(":  "); at != std::string::npos; at = message.find(":  ", at + 1)) {
    std::string code = message.substr(at + 3, kCode);
    const bool is_code = code.size() == kCode && std::all_of(code.begin(), code.end(), [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                         });
    if (!is_code || message.compare(at + 3 + kCode, 2, ": ") != 0) continue;
    message.erase(0, at + 3 + kCode + 2);
    message.resize(std::min(message.find('\n'), message.size()));
    return code;
  }
  return {};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Returns what to do about a connection that libpq itself gave up.
std::string hint_of_connection(std::string_view message) {
  if (has(message, "root certificate file")) {
    return "put the certificate of the authority into ~/.postgresql/root.crt, or name a file in the URL:"
           " sslrootcert=/etc/ssl/certs/ca-certificates.crt has those of the system";
  }
  if (has(message, "does not match host name")) return "name the server in the URL as its certificate does";
  if (has(message, "certificate verify failed")) {
    return "the authority in ~/.postgresql/root.crt or sslrootcert did not sign the certificate of the server, or the"
           " certificate has expired";
  }
  if (has(message, "does not support SSL")) {
    return "enable ssl on the server; sslmode=disable in the URL does without, for a network that nobody listens to";
  }
  if (has(message, "session is read-only") || has(message, "session is not read-only") || has(message, "hot standby")) {
    return "no host of the URL is what target_session_attrs wants";
  }
  return kCheckServer;
}

}  // namespace

std::string quote_identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return clean_message(quoted + '"');
}

std::string clean_message(std::string_view message) {
  std::string clean;
  for (const char c : message) {
    const bool is_space = static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
    if (!is_space) {
      clean += c;
    } else if (!clean.empty() && clean.back() != ' ') {
      clean += ' ';
    }
  }
  while (clean.ends_with(' ')) clean.pop_back();
  return hide_passwords(clean);
}

Error no_right_to_write(const ServerNames& names, const std::string& reason) {
  return Error::store(
      fmt::format("the role {} may not write the store {}: {}", quote(names.user), quote_whole(names.location), reason),
      fmt::format("an administrator of the server grants the rights: GRANT allot_writer TO {}",
                  quote_identifier(names.user)));
}

bool is_conflict(std::string_view code) { return code == "40001" || code == "40P01"; }

Error stayed_locked(const std::string& location) {
  return Error::busy(fmt::format("the store {} stayed locked by another process", quote_whole(location)),
                     "try again, or wait longer with --wait SECONDS");
}

Error error_of_result(const pg_result* result, const ServerNames& names) {
  const auto field = [&](int which) {
    const char* const value = PQresultErrorField(result, which);
    return value == nullptr ? std::string{} : std::string{value};
  };
  const std::string code = field(PG_DIAG_SQLSTATE);
  std::string message = clean_message(field(PG_DIAG_MESSAGE_PRIMARY));
  if (message.empty()) message = clean_message(PQresultErrorMessage(result));
  const std::string store = quote_whole(names.location);
  if (code == "55P03" || is_conflict(code)) return stayed_locked(names.location);
  if (code == "25006") return read_only(names);
  if (code == "53100") {
    return Error::store(fmt::format("the disk of the store {} is full", store),
                        "nothing was saved: free space on the server, then try again");
  }
  if (code == "42501") return no_rights(names, message);
  if ((code == "42P01" || code == "3F000") && !names.was_inspected) return no_store(names);
  if (code == "57014") {
    return Error::store(fmt::format("the server stopped a statement on the store {}: {}", store, message),
                        "raise statement_timeout of the role");
  }
  if (code == "22021" || code == "22P05") {
    return Error::store(fmt::format("the server of the store {} does not take a text: {}", store, message));
  }
  // The statements and the values that they write are known to be valid, so these errors mean that the rows or tables
  // are not as this program writes them.
  const bool is_damage = code.starts_with("23") || code.starts_with("42") || code.starts_with("22") ||
                         code == "3F000" || code == "XX001" || code == "XX002";
  if (is_damage) return damaged(names, message);
  if (code.starts_with("08") || code.starts_with("28") || code.starts_with("53") || code.starts_with("57") ||
      code == "3D000") {
    return error_of_server(code, message, names);
  }
  if (code == "25P03" || code == "25P04") {
    return Error::store(fmt::format("the server ended the transaction on the store {}: {}", store, message), kTryAgain);
  }
  if (code.starts_with("58")) {
    return Error::store(fmt::format("the store {} cannot be read or written: {}", store, message));
  }
  return Error::internal(fmt::format("the store {}: {} ({})", store, message, code));
}

Error error_of_connection(const pg_conn* connection, const ServerNames& names) {
  std::string message = PQerrorMessage(connection);
  const std::string code = take_code(message);
  if (!code.empty()) return error_of_server(code, clean_message(message), names);
  if (PQconnectionNeedsPassword(connection) != 0) {
    return Error::store(fmt::format("the server of the store {} asks {} for a password", quote_whole(names.location),
                                    quote(names.user)),
                        kPasswords);
  }
  // libpq asks back after the reason, on a line of its own.
  std::string reasons;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    const std::string line = clean_message(message.substr(0, end));
    message.erase(0, end + 1);
    if (line.empty() || line.starts_with("Is the server running")) continue;
    reasons += (reasons.empty() ? "" : "; ") + line;
  }
  return Error::store(fmt::format("cannot connect to the store {}: {}", quote_whole(names.location), reasons),
                      hint_of_connection(reasons));
}

}  // namespace allot
