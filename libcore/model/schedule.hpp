#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/in_force.hpp"
#include "libcore/model/tree.hpp"

namespace allot {

// When reminders are due and what they say: functions of the hierarchy, a day and what was told already.
// allot-remind(1), Schedule.

/// The last day in force of a licence of the last group of `chain`: its own or, where that is open, the latest end of
/// the hull over what it has; nothing where it does not end. allot-rules(7), Last day.
std::optional<Day> last_day_of(const AncestorPath& ancestors, const License& license);

/// The days on which a licence with that last day is spoken of.
Period window_of(const Reminder& reminder, Day last);

/// The first day of the slot in which `day` lies; nothing outside the window.
std::optional<Day> slot_on(const Reminder& reminder, Day last, Day day);

/// What one reminder of one licence is known by: it goes once to each recipient.
struct Slot {
  std::int64_t group = 0;  ///< its row
  std::string license;
  Day last;   ///< the licence's last day
  Day first;  ///< the slot's first day

  auto operator<=>(const Slot&) const = default;
};

/// What became of a mail; allot-remind(1), Delivery.
enum class MailState : std::uint8_t {
  begun,      ///< it may have gone and may not: it is sent again as it is
  delivered,  ///< the server took it
  deferred,   ///< it was not taken and is tried again
  refused,    ///< it is not taken for this address
  withdrawn,  ///< it was not taken and what it said is no longer due
};

std::string_view word_for(MailState state);

/// What the ledger knows of a slot and a recipient: what became of a mail.
struct DeliveryRecord {
  Day first;  ///< the slot's first day
  MailState state = MailState::begun;
};

/// Whether a slot is due to a recipient who was `told` so much of the same licence and last day: it is once, and not at
/// all where the address was refused.
bool is_due(const Slot& slot, const std::vector<DeliveryRecord>& deliveries);

/// How much of an item there is on one day and on the next: of a feature 1 and 0.
struct Reduction {
  Item item;
  std::int64_t from = 0;
  std::int64_t to = 0;

  bool operator==(const Reduction&) const = default;
};

/// A licence whose window is on a day.
struct ExpiringLicense {
  Slot slot;
  License license;
  std::vector<Reduction> reductions;  ///< what falls in its group with its last day
  std::vector<Item> blocked;          ///< those items that are blocked in its group from then on

  /// Whether the reminder speaks of it: a licence that is followed by as much it does not.
  bool is_spoken_of() const { return !reductions.empty(); }
};

/// The licences of the last group of `chain` that are in the window of its reminder on `day`.
std::vector<ExpiringLicense> find_endings(const AncestorPath& ancestors, Day day);

/// The end of a user's access in a group.
struct AccessEnd {
  Day last;                           ///< the last day of it
  bool is_own = false;                ///< whether it is the membership's own `until`
  std::vector<Reduction> reductions;  ///< what the membership gave
};

/// How the access of `member`, of the last group of `chain`, ends in the window of `ending` as seen on `day`: with a
/// licence that is spoken of, or by itself. Nothing where it is not active that day or goes on.
std::optional<AccessEnd> find_access_end(const AncestorPath& ancestors, const ExpiringLicense& ending,
                                         const MembershipView& member, Day day);

/// What a membership of the last group of `chain` gives on a day: counts above zero and features, what is blocked left
/// out.
Grant given_by(const AncestorPath& ancestors, const MembershipView& member, Day day);

/// What the end of a licence blocks at and below its group.
struct Blocked {
  std::int64_t groups = 0;            ///< below it
  std::int64_t users = 0;             ///< who have something of it
  std::vector<std::int64_t> granted;  ///< of each counted resource, what those users have of it
};

/// What is blocked in `tree`, whose top is the group of `ending`, from the day after the licence's last on.
Blocked count_blocked(const Tree& tree, const ExpiringLicense& ending, const Catalogue& catalogue);

/// Whether a member is to be told as an administrator on `day`.
bool is_administrator_on(Day day, const MembershipView& member);

}  // namespace allot
