#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/access/engine.hpp"
#include "libcore/base/error.hpp"
#include "libcore/reminders/reminders.hpp"

namespace allot {

/// The interface that composes and delivers mails.
class MailTransport {
 public:
  virtual ~MailTransport() = default;

  /// The contents of a mail to compose.
  struct Draft {
    std::string email;
    std::string name;
    std::string message_id;
    std::int64_t moment = 0;  ///< in seconds since 1970-01-01 UTC
    const TemplateText& letter;
  };

  /// A composed mail, or the reason why the recipient cannot have one.
  struct Finished {
    std::string mail;
    std::string fault;
  };

  /// The result of a delivery: delivered, deferred, refused or, if unknown, begun.
  struct Answer {
    MailState state = MailState::begun;
    std::string text;
  };

  // Both throw mail if no mail can be sent at all.
  virtual Finished compose(const Draft& draft) = 0;
  virtual Answer deliver(const std::string& email, const std::string& mail) = 0;
};

/// A mail that a run sent or tried to send.
struct SentMail {
  StoredMail mail;
  MailContents contents;
  bool is_repeated = false;  ///< begun by an earlier run, which may have sent it
};

/// The result of a run.
struct MailReport {
  std::vector<SentMail> mails;
  std::vector<Unreached> unreached;
  std::optional<Error> fault;  ///< why the run ended early
};

/// The parameters of a run.
struct Mailing {
  MailTransport& transport;
  std::chrono::milliseconds wait;               ///< maximum wait for another run on the same store
  std::function<std::int64_t()> now;            ///< in seconds since 1970-01-01 UTC
  std::function<std::string()> new_message_id;  ///< returns a unique message id
  std::function<void(const SentMail&)> visit;   ///< called for each mail when its result is known
};

/// Sends the reminders that are due. Each mail is recorded in the ledger before it is sent, and its result afterwards.
/// Concurrent runs do not send a mail twice. Throws denied, busy, store; allot-remind(1), Delivery.
MailReport send_reminders(Engine& engine, const Mailing& mailing);

}  // namespace allot
