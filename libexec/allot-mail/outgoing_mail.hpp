#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace allot::mail {

/// Someone who writes or is written to; the name may be empty.
struct Mailbox {
  std::string name;
  std::string address;
};

/// What a mail says, all of it UTF-8, before it is put into the form that mail travels in.
struct OutgoingMail {
  Mailbox from;
  Mailbox to;
  std::string subject;
  std::string text;
  std::optional<std::string> html;
  std::string message_id;  ///< between `<` and `>`
  std::int64_t time = 0;   ///< seconds since 1970-01-01, UTC
};

/// The letter as a mail after RFC 5322, lines ended by CRLF; throws a usage error where an address, the message id or
/// the time cannot be. Whatever a name, the subject or a body says, it stays in its place.
std::string compose(const OutgoingMail& letter);

/// A name for `message`, for use in a file's: the same for the same Message-ID and `recipient`, else another.
std::string fingerprint(std::string_view message, std::string_view recipient);

}  // namespace allot::mail
