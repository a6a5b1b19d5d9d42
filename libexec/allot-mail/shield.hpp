#pragma once

#include <string>
#include <string_view>

namespace allot::mail {

/// `text` as the value of one header, for GMime to fold: control characters are spaces, runs of spaces are one, and
/// what is not ASCII, or looks like an encoded word, is encoded words (RFC 2047).
std::string header_text(std::string_view text);

/// `address`, which has a local part and a domain, as a header names it: a local part that is no word of RFC 5322, or
/// that a reader could take for an encoded word, stands between quotes.
std::string header_address(const std::string& address);

/// The mail with `.` and `From ` at the start of its quoted-printable lines encoded, as servers and mailboxes have
/// meanings of their own for them; no line grows over 76 bytes.
std::string shield_lines(std::string_view mail);

}  // namespace allot::mail
