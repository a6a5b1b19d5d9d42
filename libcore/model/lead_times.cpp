#include "libcore/model/lead_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "libcore/base/text.hpp"

namespace allot {

LeadTimes::LeadTimes(std::initializer_list<int> days) {
  for (const int each : days) add(each);
}

std::optional<LeadTimes> LeadTimes::parse(std::string_view text) {
  LeadTimes times;
  std::string_view rest = text;
  while (!times.is_full()) {
    const std::size_t end = rest.find(' ');
    const auto days = parse_number(rest.substr(0, end), kReminderDays);
    const bool is_in_order = days && *days > 0 && (times.is_empty() || *days < times.days().back());
    if (!is_in_order) return std::nullopt;
    times.add(static_cast<int>(*days));
    if (end == std::string_view::npos) return times;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

bool LeadTimes::add(int days) {
  const auto end = days_.begin() + size_;
  const auto place = std::lower_bound(days_.begin(), end, days, std::greater<int>{});
  if (place != end && *place == days) return false;
  std::copy_backward(place, end, end + 1);
  *place = static_cast<std::int16_t>(days);
  size_ += 1;
  return true;
}

std::string LeadTimes::text(std::string_view separator) const {
  return fmt::format("{}", fmt::join(days(), separator));
}

}  // namespace allot
