#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/schedule.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// The subject of a mail: a slot and the path of its group when the mail was created.
struct MailSlot {
  Slot slot;
  std::string path;
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
  /// `store` must outlive this object.
  explicit Ledger(Store& store) : store_(store) {}

  /// Returns the deliveries to a recipient for the licence and last day of a slot.
  std::vector<DeliveryRecord> deliveries_of(std::string_view recipient, const Slot& slot);

  /// Returns the mails that are begun or deferred, oldest first.
  std::vector<StoredMail> open_mails();

  std::vector<MailSlot> slots_of(std::int64_t mail);

  /// Adds a mail that is about to be sent and returns its id.
  std::int64_t add(const StoredMail& mail, const std::vector<MailSlot>& slots);

  /// Replaces the text and slots of a deferred mail that is about to be sent again.
  void begin_again(const StoredMail& mail, const std::vector<MailSlot>& slots);

  /// Records the result of a mail; the mail's text is kept only while it may be sent again.
  void settle(std::int64_t mail, MailState state, std::int64_t moment, std::string_view answer);

  /// Calls `visit` for every mail, newest first, without its text, until it returns false.
  void for_each(const std::function<bool(StoredMail&&)>& visit);

 private:
  void add_slots(const StoredMail& mail, const std::vector<MailSlot>& slots);

  Store& store_;
};

}  // namespace allot
