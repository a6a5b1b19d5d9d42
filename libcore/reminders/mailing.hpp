#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/access/engine.hpp"
#include "libcore/base/error.hpp"
#include "libcore/reminders/reminders.hpp"

namespace allot {

/// What carries mails away.
class MailTransport {
 public:
  virtual ~MailTransport() = default;

  /// A mail before it is finished.
  struct Draft {
    std::string email;
    std::string name;
    std::string message_id;
    std::int64_t moment = 0;  ///< in seconds since 1970-01-01 UTC
    const TemplateText& letter;
  };

  /// A finished mail, or why there can be none for this recipient.
  struct Finished {
    std::string mail;
    std::string fault;
  };

  /// What became of a mail: delivered, deferred, refused or, where that is not known, begun.
  struct Answer {
    MailState state = MailState::begun;
    std::string text;
  };

  // Both throw mail where no mail can go at all.
  virtual Finished compose(const Draft& draft) = 0;
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
  std::optional<Error> fault;  ///< why it ended before all was sent
};

/// How a run sends.
struct Mailing {
  MailTransport& transport;
  std::chrono::milliseconds wait;               ///< for another run of the same store
  std::function<std::int64_t()> now;            ///< in seconds since 1970-01-01 UTC
  std::function<std::string()> new_message_id;  ///< one that no mail had before
  std::function<void(const SentMail&)> visit;   ///< is told of each mail once it is known what became of it
};

/// Sends what is due: each mail is in the ledger before it goes and what became of it after. Two runs at a time send
/// once. Throws denied, busy, store; allot-remind(1), Delivery.
MailReport send_reminders(Engine& engine, const Mailing& mailing);

}  // namespace allot
