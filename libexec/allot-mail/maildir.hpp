#pragma once

#include <string>

#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {

/// A folder that mail is laid into, each in a file of its own, named after its Message-ID: one that comes again takes
/// the place of the first.
class Maildir : public Transport {
 public:
  /// Makes the folder, where what it is in is there; throws a usage error where that fails.
  explicit Maildir(std::string folder);

  Outcome deliver(const Delivery& delivery) override;

 private:
  std::string folder_;
};

}  // namespace allot::mail
