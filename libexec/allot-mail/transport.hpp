#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace allot::mail {

/// How mail goes out: what the first line of the protocol says.
struct Settings {
  std::string transport;  ///< smtp://HOST:PORT, smtps://HOST:PORT, sendmail:PROGRAM or maildir:FOLDER
  std::string starttls;   ///< required, offered or never
  std::optional<std::string> user;
  std::optional<std::string> password;
  int timeout = 0;  ///< in seconds, for each time that something is waited for
};

/// A finished mail, its lines ended by CRLF, with the one sender and the one recipient of its envelope.
struct Delivery {
  std::string from;
  std::string to;
  std::string message;
};

/// What became of a delivery.
enum class DeliveryStatus {
  delivered,  ///< it was taken
  deferred,   ///< it was not taken, and may be if it is tried again
  refused,    ///< this mail or this recipient is refused for good
  unknown,    ///< it may have been taken or not
};

/// The fate of a delivery with the reason: a reply code or exit status, 0 where there is none, and its text.
struct DeliveryOutcome {
  DeliveryStatus fate = DeliveryStatus::deferred;
  int code = 0;
  std::string answer;
};

/// A way that mail goes out; one of them carries many deliveries.
class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Hands one mail on, which has passed `require_sound`.
  virtual DeliveryOutcome deliver(const Delivery& delivery) = 0;
};

/// The transport that the settings name; throws a usage error where they cannot be, or what they name is not there.
std::unique_ptr<Transport> open_transport(const Settings& settings);

/// Throws a usage error where `address` is no e-mail that can stand alone in a command or header.
void require_address(std::string_view address);

/// Throws a usage error where an address cannot be, or the message has a bare CR or LF, a NUL or a line over 998 bytes.
void require_sound(const Delivery& delivery);

/// `message` with LF alone at the end of its lines, as files and programs want it.
std::string with_line_feeds(std::string_view message);

/// What errno `number` means, after what failed.
std::string fault_of(std::string_view what, int number);

}  // namespace allot::mail
