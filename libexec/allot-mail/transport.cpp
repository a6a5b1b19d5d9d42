#include "libexec/allot-mail/transport.hpp"

#include <fmt/format.h>

#include <system_error>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libexec/allot-mail/maildir.hpp"
#include "libexec/allot-mail/sendmail.hpp"
#include "libexec/allot-mail/smtp.hpp"

namespace allot::mail {
namespace {

// RFC 5322, 2.1.1; excluding the CRLF.
constexpr std::size_t kLongestMailLine = 998;

}  // namespace

std::unique_ptr<Transport> open_transport(const Settings& settings) {
  const std::string_view text = settings.transport;
  if (settings.timeout < 1 || settings.timeout > 3600) throw Error::usage("the timeout is not from 1 to 3600 seconds");
  if (text.starts_with("smtp://") || text.starts_with("smtps://")) return std::make_unique<Smtp>(settings);
  if (text.starts_with("sendmail:")) return std::make_unique<Sendmail>(std::string{text.substr(9)}, settings.timeout);
  if (text.starts_with("maildir:")) return std::make_unique<Maildir>(std::string{text.substr(8)});
  throw Error::usage(
      fmt::format("the transport {} is none of smtp://HOST:PORT, smtps://HOST:PORT, sendmail:PROGRAM "
                  "and maildir:FOLDER",
                  quote(text)));
}

void require_address(std::string_view address) {
  if (const auto fault = find_fault_in_email(address)) {
    throw Error::usage(fmt::format("the address {} {}", quote(address), *fault));
  }
}

void require_sound(const Delivery& delivery) {
  require_address(delivery.from);
  require_address(delivery.to);
  const std::string_view message = delivery.message;
  std::size_t begin = 0;
  while (begin < message.size()) {
    const std::size_t end = message.find_first_of(std::string_view{"\r\n\0", 3}, begin);
    // A server may read a bare CR or LF as the end of a line, and a dot after it as the end of the mail.
    if (end == std::string_view::npos || message.substr(end, 2) != "\r\n") {
      throw Error::usage("the message has a NUL, or a line that is not ended by CRLF");
    }
    if (end - begin > kLongestMailLine) throw Error::usage("the message has a line of more than 998 bytes");
    begin = end + 2;
  }
  if (message.empty()) throw Error::usage("the message is empty");
}

std::string with_line_feeds(std::string_view message) {
  std::string text;
  text.reserve(message.size());
  for (const char c : message) {
    if (c != '\r') text += c;
  }
  return text;
}

std::string fault_of(std::string_view what, int number) {
  return fmt::format("{}: {}", what, std::generic_category().message(number));
}

}  // namespace allot::mail
