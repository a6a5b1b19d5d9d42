#pragma once

#include <string>

#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// A maildir folder. Each mail is a file named after its Message-ID: a mail that is delivered again replaces the
/// first.
class Maildir : public Transport {
 public:
  /// Throws a usage error if the folder does not exist and cannot be created, or cannot be written. The first mail
  /// creates the folder.
  explicit Maildir(std::string folder);

  DeliveryOutcome deliver(const Delivery& delivery) override;

 private:
  bool make_folders();

  std::string folder_;
  bool has_folders_ = false;
};

}  // namespace allot::mail
