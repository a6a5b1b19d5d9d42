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

/// What a mail speaks of: a slot, and the path that its group had when the mail was made.
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
  std::int64_t tried = 0;  ///< when its state last changed, likewise
  std::string answer;      ///< what the server said last
  std::string mail;        ///< the finished mail, while it may go again
};

/// The mails that went out, or are about to, as rows of a store. Every function wants a transaction of the store.
class Ledger {
 public:
  /// `store` must outlive it.
  explicit Ledger(Store& store) : store_(store) {}

  /// What was told to a recipient of the licence and last day of a slot.
  std::vector<DeliveryRecord> deliveries_of(std::string_view recipient, const Slot& slot);

  /// The mails that are begun or deferred, the oldest first.
  std::vector<StoredMail> open_mails();

  std::vector<MailSlot> slots_of(std::int64_t mail);

  /// Adds a mail that is about to go; gives its id.
  std::int64_t add(const StoredMail& mail, const std::vector<MailSlot>& slots);

  /// Gives a deferred mail, which is about to go again, another text and other slots.
  void begin_again(const StoredMail& mail, const std::vector<MailSlot>& slots);

  /// Records what became of a mail; the mail itself is kept only while it may go again.
  void settle(std::int64_t mail, MailState state, std::int64_t moment, std::string_view answer);

  /// Every mail, the newest first, without its text, until `visit` gives false.
  void for_each(const std::function<bool(StoredMail&&)>& visit);

 private:
  void add_slots(const StoredMail& mail, const std::vector<MailSlot>& slots);

  Store& store_;
};

}  // namespace allot
