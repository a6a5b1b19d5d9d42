#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace allot {

/// The largest number of days before an end at which a reminder window begins.
inline constexpr int kReminderDays = 3650;

/// The different numbers of days before an end at which the windows of a reminder begin, descending;
/// allot-remind(1), Schedule.
class LeadTimes {
 public:
  static constexpr std::size_t kMost = 5;

  LeadTimes() = default;

  /// The values must be different, from 1 to kReminderDays, and at most kMost.
  LeadTimes(std::initializer_list<int> days);

  /// Returns the lead times of a text such as `60 30 7`, as `text(" ")` writes it; nothing for any other text.
  static std::optional<LeadTimes> parse(std::string_view text);

  bool is_empty() const { return size_ == 0; }
  bool is_full() const { return size_ == kMost; }
  std::size_t size() const { return size_; }

  /// Adds a number of days from 1 to kReminderDays in its place; returns false if it is there already. Must not be
  /// called if there are kMost.
  bool add(int days);

  std::span<const std::int16_t> days() const { return {days_.data(), size_}; }

  /// Returns the numbers with `separator` between them.
  std::string text(std::string_view separator) const;

  bool operator==(const LeadTimes&) const = default;

 private:
  std::array<std::int16_t, kMost> days_{};  // 0 behind the last
  std::uint8_t size_ = 0;
};

}  // namespace allot
