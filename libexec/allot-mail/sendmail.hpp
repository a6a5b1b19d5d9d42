#pragma once

#include <string>

#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// A program with the interface of sendmail: `PROGRAM -i -f FROM -- TO`, the mail on standard input.
class Sendmail : public Transport {
 public:
  /// Throws a usage error if `program` is not the absolute path of a program.
  Sendmail(std::string program, int timeout);

  DeliveryOutcome deliver(const Delivery& delivery) override;

 private:
  std::string program_;
  int timeout_;
};

}  // namespace allot::mail
