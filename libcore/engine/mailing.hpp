#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libcore/engine/engine.hpp"
#include "libcore/engine/reminders.hpp"

namespace allot {

/// What carries mails away.
class Courier {
 public:
  virtual ~Courier() = default;

  /// A mail before it is finished.
  struct Draft {
    std::string email;
    std::string name;
    std::string message_id;
    std::int64_t moment = 0;  ///< in seconds since 1970-01-01 UTC
    const Letter& letter;
  };

  /// What became of a mail: delivered, deferred, refused or, where that is not known, begun.
  struct Answer {
    MailState state = MailState::begun;
    std::string text;
  };

  /// The finished mail. Throws mail where it cannot be for this recipient.
  virtual std::string compose(const Draft& draft) = 0;

  virtual Answer deliver(const std::string& email, const std::string& mail) = 0;
};

/// A mail that a run sent, or tried to.
struct SentMail {
  StoredMail mail;
  std::vector<MailSlot> slots;
  bool is_repeated = false;  ///< it was begun by a run before, which may have sent it
};

/// What a run did.
struct MailReport {
  std::vector<SentMail> mails;
  std::vector<Unreached> unreached;
};

/// How a run sends.
struct Mailing {
  Courier& courier;
  std::chrono::milliseconds wait;               ///< for another run of the same store
  std::function<std::int64_t()> now;            ///< in seconds since 1970-01-01 UTC
  std::function<std::string()> new_message_id;  ///< one that no mail had before
  std::function<void(const SentMail&)> visit;   ///< is told of each mail once it is known what became of it
};

/// Sends what is due: each mail is in the ledger before it goes and what became of it after. Two runs at a time send
/// once. Throws denied, busy, store; allot-remind(1), Delivery.
MailReport send_reminders(Engine& engine, const Mailing& mailing);

}  // namespace allot
