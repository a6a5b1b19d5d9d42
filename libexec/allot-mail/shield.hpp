#pragma once

#include <string>
#include <string_view>

namespace allot::mail {

/// `text` as a header value that GMime folds: control characters become spaces, runs of spaces become one space, and
/// text that is not ASCII, or looks like an encoded word, becomes encoded words (RFC 2047).
std::string header_text(std::string_view text);

/// `address`, which has a local part and a domain, for a header: a local part that is not a word of RFC 5322, or that
/// looks like an encoded word, is quoted.
std::string header_address(const std::string& address);

/// Encodes `.` and `From ` at the start of the quoted-printable lines of a mail, since servers and mailboxes interpret
/// them; no line exceeds 76 bytes.
std::string shield_lines(std::string_view mail);

}  // namespace allot::mail
