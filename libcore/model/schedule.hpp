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

// When reminders are due and what they contain: functions of the hierarchy, a day and the deliveries so far.
// allot-remind(1), Schedule.

/// Returns the last day in force of a licence of the last group of `ancestors`: its own or, if that is open, the latest
/// end of the hulls of its items; nothing if it does not end. allot-rules(7), Last day.
std::optional<Day> last_day_of(const AncestorPath& ancestors, const License& license);

/// Returns the window of a licence with that last day that contains `day`; nothing outside the windows.
std::optional<Period> window_on(const LeadTimes& before, Day last, Day day);

/// Returns the first day of the slot that contains `day`; nothing outside the windows.
std::optional<Day> slot_on(const Reminder& reminder, Day last, Day day);

/// The key of a reminder of a licence; each recipient gets it once.
struct Slot {
  std::int64_t group = 0;  ///< the group id
  std::string license;
  Day last;   ///< the licence's last day
  Day first;  ///< the slot's first day

  auto operator<=>(const Slot&) const = default;
};

/// The state of a mail; allot-remind(1), Delivery.
enum class MailState : std::uint8_t {
  begun,      ///< it may have been sent: it is sent again unchanged
  delivered,  ///< the server accepted it
  deferred,   ///< the server did not accept it; it is retried
  refused,    ///< the server rejects mail for this address
  withdrawn,  ///< it was not accepted and its reminders are no longer due
};

std::string_view word_for(MailState state);

/// The record in the ledger of a slot and a recipient: the state of a mail.
struct DeliveryRecord {
  Day first;  ///< the slot's first day
  MailState state = MailState::begun;
};

/// Returns whether a slot is due to a recipient with these deliveries for the same licence and last day: once, and
/// never if the address was refused.
bool is_due(const Slot& slot, const std::vector<DeliveryRecord>& deliveries);

/// The amount of an item on a day and on the next day: 1 and 0 for a feature.
struct Reduction {
  Item item;
  std::int64_t from = 0;
  std::int64_t to = 0;

  bool operator==(const Reduction&) const = default;
};

/// A licence with a reminder window that includes a day.
struct ExpiringLicense {
  Slot slot;
  License license;
  std::vector<Reduction> reductions;  ///< the reductions in its group after its last day
  std::vector<Item> blocked;          ///< those items that are blocked in its group after its last day

  /// Returns whether the reminder includes the licence: not if its end reduces nothing.
  bool is_spoken_of() const { return !reductions.empty(); }
};

/// Returns the licences of the last group of `ancestors` that are in a reminder window on `day`.
std::vector<ExpiringLicense> find_expiring(const AncestorPath& ancestors, Day day);

/// The end of a user's access in a group.
struct AccessEnd {
  Day last;                           ///< its last day
  bool is_own = false;                ///< whether it is the `until` of the membership
  std::vector<Reduction> reductions;  ///< the entitlements that end
};

/// Returns how the access of `member` of the last group of `ancestors` ends from `day` to the last day of `ending`:
/// with that licence if reminders include it, or by its own `until`. Nothing if it is not active on `day` or does not
/// end.
std::optional<AccessEnd> find_access_end(const AncestorPath& ancestors, const ExpiringLicense& ending,
                                         const MembershipView& member, Day day);

/// Returns the entitlements from a membership of the last group of `ancestors` on a day: counts above zero and
/// features, without blocked items.
Grant given_by(const AncestorPath& ancestors, const MembershipView& member, Day day);

/// How much of a counted resource is available in a group, compared with the percentage of a reminder.
enum class Supply : std::uint8_t {
  none,   ///< its limit is 0, because it is blocked or not licensed
  low,    ///< at or below the percentage of the limit
  ample,  ///< above it
};

/// Returns whether at most `percent` of the limit is available; none if the limit is 0.
Supply supply_of(std::int64_t available, std::int64_t limit, int percent);

/// A counted resource of a restricted group on a day.
struct ResourceSupply {
  ResourceId id = 0;
  std::int64_t limit = 0;
  std::int64_t available = 0;
  Supply supply = Supply::none;
};

/// Returns the supply of the counted resources of the last group of `ancestors` by name, nothing if it is not
/// restricted; allot-rules(7), In force.
std::vector<ResourceSupply> find_supplies(const AncestorPath& ancestors, int percent, Day day);

/// What the end of a licence blocks in its group and below.
struct Blocked {
  std::int64_t groups = 0;            ///< blocked groups below it
  std::int64_t users = 0;             ///< users with blocked items
  std::vector<std::int64_t> granted;  ///< the sum of each counted resource of those users
};

/// Returns what is blocked in `tree`, whose top is the group of `ending`, from the day after the licence's last day.
Blocked count_blocked(const Tree& tree, const ExpiringLicense& ending, const Catalogue& catalogue);

/// Returns whether a member is to be reminded as an administrator on `day`.
bool is_administrator_on(Day day, const MembershipView& member);

}  // namespace allot
