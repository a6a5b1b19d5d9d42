#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace allot::mail {

/// A sender or recipient; the name may be empty.
struct Mailbox {
  std::string name;
  std::string address;
};

/// The content of a mail in UTF-8, before it is encoded.
struct OutgoingMail {
  Mailbox from;
  Mailbox to;
  std::string subject;
  std::string text;
  std::optional<std::string> html;
  std::string language;    ///< such as `en`
  std::string message_id;  ///< between `<` and `>`
  std::int64_t time = 0;   ///< seconds since 1970-01-01, UTC
};

/// Encodes a mail by RFC 5322 with CRLF line ends; throws a usage error if an address, the message id, the language
/// or the time is not valid. The content of a name, the subject or a body cannot extend into other parts of the mail.
std::string compose(const OutgoingMail& letter);

/// A unique name for `message`, for use in a file name; equal for equal Message-ID and `recipient`.
std::string fingerprint(std::string_view message, std::string_view recipient);

}  // namespace allot::mail
