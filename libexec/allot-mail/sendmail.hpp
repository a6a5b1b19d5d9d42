#pragma once

#include <string>

#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// A program that takes mail as sendmail does: `PROGRAM -i -f FROM -- TO`, the mail on its standard input.
class Sendmail : public Transport {
 public:
  /// Throws a usage error where `program` is not the absolute path of a program.
  Sendmail(std::string program, int timeout);

  DeliveryOutcome deliver(const Delivery& delivery) override;

 private:
  std::string program_;
  int timeout_;
};

}  // namespace allot::mail
