#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/group_id.hpp"
#include "libcore/model/schedule.hpp"

namespace allot {

/// A slot in a mail, and the path of its group when the mail was created.
struct MailSlot {
  Slot slot;
  std::string path;
};

/// The key of a warning: a counted resource of a group.
struct WarningKey {
  GroupId group = 0;
  std::string item;  ///< the name of the resource

  auto operator<=>(const WarningKey&) const = default;
};

/// A warning in a mail, and the path of its group when the mail was created.
struct MailWarning {
  WarningKey key;
  std::string path;
};

/// The reminders in a mail.
struct MailContents {
  std::vector<MailSlot> slots;
  std::vector<MailWarning> warnings;
};

/// A warning in a mail to `recipient`, after which no run found the resource above the percentage.
struct OpenWarning {
  WarningKey key;
  std::string recipient;
  MailState state = MailState::begun;
};

/// A mail of the ledger.
struct StoredMail {
  std::int64_t id = 0;
  std::string message_id;
  std::string recipient;
  std::string subject;
  MailState state = MailState::begun;
  std::int64_t made = 0;   ///< in seconds since 1970-01-01 UTC
  std::int64_t tried = 0;  ///< time of the last change of state, likewise
  std::string answer;      ///< the last answer of the server
  std::string mail;        ///< the composed mail, while it may be sent again
};

/// Stores the mails that were sent or are about to be sent. Every function requires a transaction of the store.
class Ledger {
 public:
  Ledger() = default;
  virtual ~Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Returns the deliveries to a recipient for the licence and last day of a slot.
  virtual std::vector<DeliveryRecord> deliveries_of(std::string_view recipient, const Slot& slot) = 0;

  /// Returns the mails that are begun or deferred, oldest first.
  virtual std::vector<StoredMail> open_mails() = 0;

  /// Returns the warnings that have not ended.
  virtual std::vector<OpenWarning> open_warnings() = 0;

  virtual MailContents contents_of(std::int64_t mail) = 0;

  /// Adds a mail that is about to be sent and returns its id.
  virtual std::int64_t add(const StoredMail& mail, const MailContents& contents) = 0;

  /// Replaces the text and contents of a deferred mail that is about to be sent again.
  virtual void begin_again(const StoredMail& mail, const MailContents& contents) = 0;

  /// Ends the warnings of a resource, which was found above the percentage: the next one is another warning.
  virtual void end_warnings(const WarningKey& key) = 0;

  /// Records the result of a mail; the mail's text is kept only while it may be sent again.
  virtual void settle(std::int64_t mail, MailState state, std::int64_t moment, std::string_view answer) = 0;

  /// Makes the slots of a licence those of its new name.
  virtual void rename_license(GroupId group, std::string_view name, std::string_view new_name) = 0;

  /// Calls `visit` for every mail, newest first, without its text, until it returns false.
  virtual void for_each(const std::function<bool(StoredMail&&)>& visit) = 0;
};

}  // namespace allot
