#pragma once

#include <optional>
#include <string>

#include "libexec/allot-mail/smtp_link.hpp"
#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// A server that is spoken to in SMTP, over one connection as long as it lasts. Once it cannot be reached, or does not
/// answer two mails in a row in time, all further ones are deferred without another try.
class Smtp : public Transport {
 public:
  /// Throws a usage error where the transport, the user or the password cannot be; nothing is connected yet.
  explicit Smtp(const Settings& settings);

  DeliveryOutcome deliver(const Delivery& delivery) override;

 private:
  std::optional<DeliveryOutcome> reach();
  std::optional<DeliveryOutcome> find_foreign_letters(const Delivery& delivery) const;
  DeliveryOutcome validate() const;
  DeliveryOutcome with_reason(DeliveryStatus fate) const;

  std::optional<std::string> password_;
  bool is_connected_ = false;
  int timeouts_ = 0;
  std::optional<DeliveryOutcome> unreachable_;
  SmtpLink link_;
};

}  // namespace allot::mail
