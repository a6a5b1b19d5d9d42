#include "libcore/document/reminder_reading.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "libcore/base/text.hpp"
#include "libcore/document/scalars.hpp"

namespace allot {
namespace {

/// Reads the items of a list of days up to its end; nothing if one has a fault.
std::optional<LeadTimes> read_days(const Mark& list, NodeReader& nodes) {
  Problems& problems = nodes.problems();
  LeadTimes times;
  std::size_t count = 0;
  bool is_valid = true;
  while (true) {
    const Event item = nodes.events().next();
    if (item.kind == EventKind::end) return std::nullopt;
    if (item.kind == EventKind::end_of_sequence) break;
    count += 1;
    if (count == LeadTimes::kMost + 1) {
      problems.add(item.mark, [] { return fmt::format("there are more than {} days", LeadTimes::kMost); });
    }
    const bool is_scalar = nodes.is_scalar(item, "an item of the list");
    const auto days = is_scalar && !times.is_full() ? read_reminder_days(item, problems) : std::nullopt;
    if (days && !times.add(*days)) {
      problems.add(item.mark, [&] { return fmt::format("{} days are given twice", *days); });
    }
    is_valid = is_valid && days && times.size() == count;
  }
  if (count == 0) {
    problems.add(list,
                 [] { return std::string{"\"before\" is an empty list; give it days, 1 to 3650, or leave it out"}; });
  }
  return is_valid && count > 0 ? std::optional{times} : std::nullopt;
}

/// Reads the value of `before`: a number or a list of numbers.
Specified<LeadTimes> read_before(NodeReader& nodes) {
  const Event value = nodes.events().next();
  if (value.is_null()) return {true, std::nullopt};
  std::optional<LeadTimes> times;
  if (value.kind == EventKind::sequence) {
    times = read_days(value.mark, nodes);
  } else if (nodes.is_scalar(value, "before")) {
    if (const auto days = read_reminder_days(value, nodes.problems())) times = LeadTimes{*days};
  }
  return {times.has_value(), times};
}

/// The values of a reminder, and where its keys are.
struct WrittenReminder {
  std::array<Mark, kReminderWords.size()> seen{};
  Specified<LeadTimes> before{};
  Specified<Repeat> repeat{};
  Specified<bool> users{};
  Specified<int> low{};

  /// Returns whether a key is missing or null; an invalid value is neither.
  template <typename T>
  bool lacks(ReminderKey key, const Specified<T>& specified) const {
    return seen[static_cast<std::size_t>(key)].line == 0 || (specified.is_said && !specified.value);
  }

  /// Returns whether the value of a key that is there has a fault.
  template <typename T>
  bool has_fault(ReminderKey key, const Specified<T>& specified) const {
    return seen[static_cast<std::size_t>(key)].line != 0 && !specified.is_said;
  }

  bool has_fault() const {
    return has_fault(ReminderKey::before, before) || has_fault(ReminderKey::repeat, repeat) ||
           has_fault(ReminderKey::users, users) || has_fault(ReminderKey::low, low);
  }
};

void read_value(ReminderKey key, NodeReader& nodes, WrittenReminder& reminder) {
  Problems& problems = nodes.problems();
  switch (key) {
    case ReminderKey::before:
      reminder.before = read_before(nodes);
      return;
    case ReminderKey::repeat:
      reminder.repeat = nodes.read<Repeat>("repeat", [&](const Event& text) { return read_repeat(text, problems); });
      return;
    case ReminderKey::users:
      reminder.users = nodes.read<bool>("users", [&](const Event& text) { return read_bool(text, problems); });
      return;
    case ReminderKey::low:
      reminder.low = nodes.read<int>("low", [&](const Event& text) { return read_percentage(text, problems); });
  }
}

/// Reports the keys that a reminder at `mark` needs and lacks; returns whether it has them all.
bool has_needed_keys(const WrittenReminder& reminder, const Mark& mark, Problems& problems) {
  const bool lacks_before = reminder.lacks(ReminderKey::before, reminder.before);
  const bool lacks_repeat = reminder.lacks(ReminderKey::repeat, reminder.repeat);
  if (lacks_before && lacks_repeat && !reminder.users.value.value_or(false)) {
    if (!reminder.lacks(ReminderKey::low, reminder.low)) return true;
    problems.add(mark, [] {
      return std::string{"the reminder has neither \"before\" nor \"low\"; give it days, 1 to 3650, or a percentage"};
    });
    return false;
  }
  if (lacks_before) {
    problems.add(mark, [] { return std::string{"the reminder has no \"before\"; give it days, 1 to 3650"}; });
  }
  if (lacks_repeat) {
    problems.add(
        mark, [] { return std::string{"the reminder has no \"repeat\"; it is one of once, daily, weekly, 30-days"}; });
  }
  return !lacks_before && !lacks_repeat;
}

}  // namespace

Specified<Reminder> read_reminder(NodeReader& nodes) {
  const Event value = nodes.events().next();
  if (value.is_null()) return {true, std::nullopt};
  if (!nodes.is_mapping(value, "reminder")) return {};
  WrittenReminder written;
  const bool is_whole = nodes.for_each_entry([&](const Event& key) {
    const auto which = parse_word<ReminderKey>(key.text, kReminderWords);
    if (!which) return nodes.refuse_key(key, kReminderKeys);
    if (nodes.is_first(key, written.seen[static_cast<std::size_t>(*which)])) read_value(*which, nodes, written);
  });
  if (!is_whole || !has_needed_keys(written, value.mark, nodes.problems()) || written.has_fault()) return {};
  return {true,
          Reminder{written.before.value.value_or(LeadTimes{}), written.repeat.value.value_or(Repeat::once),
                   written.users.value.value_or(false), static_cast<std::int16_t>(written.low.value.value_or(0))}};
}

}  // namespace allot
