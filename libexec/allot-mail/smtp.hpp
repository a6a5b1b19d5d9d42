#pragma once

#include <optional>
#include <string>

#include "libexec/allot-mail/link.hpp"
#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// A server that is spoken to in SMTP, over one connection as long as it lasts. Once it cannot be reached, or does not
/// answer two mails in a row in time, all further ones are deferred without another try.
class Smtp : public Transport {
 public:
  /// Throws a usage error where the transport, the user or the password cannot be; nothing is connected yet.
  explicit Smtp(const Settings& settings);

  Outcome deliver(const Delivery& delivery) override;

 private:
  std::optional<Outcome> reach();
  std::optional<Outcome> find_foreign_letters(const Delivery& delivery) const;
  Outcome judge() const;
  Outcome with_reason(Fate fate) const;

  std::optional<std::string> password_;
  bool is_connected_ = false;
  int timeouts_ = 0;
  std::optional<Outcome> unreachable_;
  Link link_;
};

}  // namespace allot::mail
