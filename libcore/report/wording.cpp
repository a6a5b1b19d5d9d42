#include "libcore/report/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "libcore/base/text.hpp"

namespace allot::html {
namespace {

constexpr std::string_view kThinSpace = "\u202f";
constexpr int kLetterWidth = 6;  // of a Latin letter of a label; others may be twice as wide
constexpr std::size_t kShownSteps = 12;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string write_limit(const std::optional<std::int64_t>& limit) { return limit ? write_number(*limit) : "unlimited"; }

}  // namespace

std::string write_number(std::int64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 5) return digits;
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, kThinSpace);
  }
  return digits;
}

std::string write_count(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", write_number(number), noun, number == 1 ? "" : "s");
}

std::string fragment_of(std::string_view path) {
  std::string fragment;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte >= 0x80U || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= 'a' && byte <= 'z') || std::string_view{"/-._~"}.find(c) != std::string_view::npos;
    if (is_plain) {
      fragment += c;
    } else {
      fragment += fmt::format("%{:02X}", byte);
    }
  }
  return fragment;
}

int share_of(std::int64_t used, std::int64_t limit) {
  if (used <= 0 || limit <= 0) return 0;
  if (used >= limit) return 100;
  return std::clamp(static_cast<int>(static_cast<double>(used) * 100 / static_cast<double>(limit)), 1, 99);
}

int colour_of(int share) {
  if (share == 0) return 0;
  if (share < 50) return 1;
  if (share < 80) return 2;
  if (share < 90) return 3;
  return share < 100 ? 4 : 5;
}

std::string describe_distance(Day day, Day today) {
  const std::int64_t days = std::int64_t{day.number()} - today.number();
  if (days == 0) return "today";
  return days > 0 ? "in " + write_count(days, "day") : write_count(-days, "day") + " ago";
}

std::string describe_grant(const Grant& grant, const Catalogue& catalogue) {
  std::vector<std::string> parts;
  for (const ResourceId id : catalogue.counted_in_order()) {
    if (grant.counts[id] > 0) {
      parts.push_back(fmt::format("{} {}", catalogue.counted()[id].name, write_number(grant.counts[id])));
    }
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    if (grant.features.has(id)) parts.push_back(catalogue.features()[id]);
  }
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string describe_days(const Period& period) {
  if (period.is_empty()) return "no days";
  const bool has_end = period.until.is_finite();
  if (!period.from.is_finite()) return has_end ? "until " + period.until.to_string() : "open";
  return has_end ? fmt::format("{} to {}", period.from.to_string(), period.until.to_string())
                 : "from " + period.from.to_string();
}

std::string describe_reason(const ReportBlock& block) {
  switch (block.reason) {
    case BlockReason::suspended:
      return "suspended";
    case BlockReason::not_licensed:
      return "not licensed";
    case BlockReason::not_yet_valid:
      return block.date ? "starts on " + block.date->to_string() : "not yet valid";
    case BlockReason::expired:
      break;
  }
  return block.date ? "expired on " + block.date->to_string() : "expired";
}

std::string describe_items(const ReportBlock& block, const Catalogue& catalogue) {
  if (block.is_of_all) return "all";
  std::vector<std::string> names;
  for (const Item& item : block.items) names.push_back(name_of(catalogue, item));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string describe_changes(const std::vector<ReportChange>& changes, const Catalogue& catalogue) {
  std::vector<std::string> parts;
  for (const ReportChange& change : changes) {
    const std::string& name = name_of(catalogue, change.item);
    if (change.item.kind == Item::Kind::feature) {
      parts.push_back(name + (change.after.value_or(0) > 0 ? " starts" : " ends"));
    } else {
      parts.push_back(fmt::format("{} {} → {}", name, write_limit(change.before), write_limit(change.after)));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string describe_steps(const std::vector<ReportCount::Step>& steps) {
  std::string text;
  for (std::size_t i = 0; i < std::min(steps.size(), kShownSteps); ++i) {
    if (i > 0) text += fmt::format("; from {} ", steps[i].from.to_string());
    text += fmt::format("{} of {}", write_number(steps[i].used), write_limit(steps[i].limit));
  }
  if (steps.size() > kShownSteps) text += fmt::format("; and {} more steps", steps.size() - kShownSteps);
  return text;
}

std::string fit_label(std::string_view name, int width) {
  int room = width - 8;
  std::size_t end = 0;
  while (end < name.size()) {
    std::size_t next = end + 1;
    while (next < name.size() && is_continuation(name[next])) ++next;
    room -= next - end >= 3 ? 2 * kLetterWidth : kLetterWidth + (next - end > 1 ? 1 : 0);
    if (room < 0) break;
    end = next;
  }
  if (end == name.size()) return std::string{name};
  while (end > 0 && is_continuation(name[--end])) {  // room for the dots
  }
  return end < 2 ? std::string{} : std::string{name.substr(0, end)} + "…";
}

}  // namespace allot::html
