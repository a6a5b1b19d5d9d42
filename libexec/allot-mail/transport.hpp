#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace allot::mail {

/// The mail settings, the first line of the protocol.
struct Settings {
  std::string transport;  ///< smtp://HOST:PORT, smtps://HOST:PORT, sendmail:PROGRAM or maildir:FOLDER
  std::string starttls;   ///< required, offered or never
  std::optional<std::string> user;
  std::optional<std::string> password;
  int timeout = 0;  ///< in seconds, for each single wait
};

/// An encoded mail with CRLF line ends, and the sender and the recipient of its envelope.
struct Delivery {
  std::string from;
  std::string to;
  std::string message;
};

/// The result of a delivery.
enum class DeliveryStatus {
  delivered,  ///< the mail was accepted
  deferred,   ///< the mail was not accepted; another attempt may succeed
  refused,    ///< the mail or the recipient is refused permanently
  unknown,    ///< the mail may or may not have been accepted
};

/// The status of a delivery with the reason: a reply code or exit status, 0 if there is none, and its text.
struct DeliveryOutcome {
  DeliveryStatus fate = DeliveryStatus::deferred;
  int code = 0;
  std::string answer;
};

/// A mail transport, used for any number of deliveries.
class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Delivers one mail, which has passed `require_sound`.
  virtual DeliveryOutcome deliver(const Delivery& delivery) = 0;
};

/// The transport of the settings; throws a usage error if the settings are not valid or the transport does not exist.
std::unique_ptr<Transport> open_transport(const Settings& settings);

/// Throws a usage error if `address` is not an e-mail that is valid in a command and a header.
void require_address(std::string_view address);

/// Throws a usage error if an address is not valid, or the message has a bare CR or LF, a NUL or a line over 998 bytes.
void require_sound(const Delivery& delivery);

/// `message` with LF line ends, for files and programs.
std::string with_line_feeds(std::string_view message);

/// The message of errno `number` with the prefix `what`.
std::string fault_of(std::string_view what, int number);

}  // namespace allot::mail
