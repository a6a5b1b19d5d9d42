#pragma once

#include <string>
#include <string_view>

namespace allot::mail {

/// `text` as the value of one header, for GMime to encode and fold: control characters are spaces, runs of spaces are
/// one, and what looks like an encoded word (RFC 2047) stays what it looks like.
std::string header_text(std::string_view text);

/// The mail with `.` and `From ` at the start of its quoted-printable lines encoded, as servers and mailboxes have
/// meanings of their own for them; no line grows over 76 bytes.
std::string shield_lines(std::string_view mail);

}  // namespace allot::mail
