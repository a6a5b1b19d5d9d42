#pragma once

#include <string>

#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// A folder that mail is laid into, each in a file of its own, named after its Message-ID: one that comes again takes
/// the place of the first.
class Maildir : public Transport {
 public:
  /// Throws a usage error where the folder is not there and cannot be made, or cannot be written; the first mail makes
  /// it.
  explicit Maildir(std::string folder);

  DeliveryOutcome deliver(const Delivery& delivery) override;

 private:
  bool make_folders();

  std::string folder_;
  bool has_folders_ = false;
};

}  // namespace allot::mail
