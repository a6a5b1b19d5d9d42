#pragma once

#include <optional>
#include <string>

#include "libexec/allot-mail/smtp_link.hpp"
#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// An SMTP server, used over one connection as long as possible. If the server cannot be reached, or two consecutive
/// mails time out, all further mails are deferred without another attempt.
class Smtp : public Transport {
 public:
  /// Throws a usage error if the transport, the user or the password is not valid; does not connect yet.
  explicit Smtp(const Settings& settings);

  DeliveryOutcome deliver(const Delivery& delivery) override;

 private:
  std::optional<DeliveryOutcome> reach();
  std::optional<DeliveryOutcome> find_foreign_letters(const Delivery& delivery) const;
  DeliveryOutcome find_outcome() const;
  DeliveryOutcome with_reason(DeliveryStatus fate) const;

  std::optional<std::string> password_;
  bool is_connected_ = false;
  int timeouts_ = 0;
  std::optional<DeliveryOutcome> unreachable_;
  SmtpLink link_;
};

}  // namespace allot::mail
