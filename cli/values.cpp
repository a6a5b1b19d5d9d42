#include "cli/values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/moment.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/catalogue.hpp"

namespace allot::cli {
namespace {

/// Returns `text` if `fault` finds no fault in it.
std::string require_faultless(const std::string& text, std::string_view what, const std::optional<std::string>& fault) {
  if (fault) throw Error::usage(fmt::format("{} {} {}", what, quote(text), *fault));
  return text;
}

/// The enumerator named `text`.
template <typename Enum, std::size_t N>
Enum require_word(const std::string& text, std::string_view what, const std::array<std::string_view, N>& words) {
  if (const auto value = parse_word<Enum>(text, words)) return *value;
  const auto nearest = find_nearest(text, {words.begin(), words.end()});
  throw Error::usage(fmt::format("{} {} is not one of {}", what, quote(text), fmt::join(words, ", ")),
                     nearest ? fmt::format("did you mean {}?", *nearest) : std::string{});
}

}  // namespace

Path parse_path(const std::optional<std::string>& text) { return text ? Path::parse(*text) : Path{}; }

std::string parse_name(const std::string& text, std::string_view what) {
  return require_faultless(text, what, find_fault_in_name(text));
}

std::string parse_text(const std::string& text, std::string_view what) {
  return require_faultless(text, what, find_fault_in_text(text));
}

std::string parse_message(const std::string& text) {
  // The message itself is not repeated: it may be long.
  if (const auto fault = find_fault_in_message(text)) throw Error::usage(fmt::format("the message {}", *fault));
  return text;
}

std::string parse_email(const std::string& text) {
  if (text.find('@') == std::string::npos) {
    throw Error::usage(fmt::format("the e-mail {} has no '@'", quote(text)),
                       "`allot find TEXT` finds users by a part of the name or the e-mail");
  }
  return require_faultless(text, "the e-mail", find_fault_in_email(text));
}

std::string parse_item_name(const std::string& text) {
  const auto fault = find_fault_in_item_name(text);
  if (!fault) return text;
  const std::string small = fold_ascii(text);
  throw Error::usage(fmt::format("the name {} {}", quote(text), *fault),
                     find_fault_in_item_name(small) ? std::string{} : fmt::format("did you mean {}?", quote(small)));
}

std::int32_t parse_count(const std::string& text, std::string_view what) {
  return static_cast<std::int32_t>(parse_whole(text, what, 0, kLargestCount));
}

std::int64_t parse_whole(const std::string& text, std::string_view what, std::int64_t least, std::int64_t most) {
  const auto value = parse_number(text, most);
  if (value && *value >= least) return *value;
  throw Error::usage(fmt::format("{} {} is not a number from {} to {}", what, quote(text), least, most),
                     "write decimal digits, without sign, exponent or leading zero");
}

std::optional<RemovalLimit> parse_removals(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  if (const auto limit = parse_removal_limit(*text)) return limit;
  throw Error::usage(
      fmt::format("--max-removals {} is neither a number nor a percentage from 0% to 100%", quote(*text)),
      "write a number of items, or a share of them as P%");
}

std::optional<std::size_t> parse_depth(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return static_cast<std::size_t>(parse_whole(*text, "--depth", 0, Path::kMostNames));
}

Day parse_day(const std::string& text, std::string_view what, OpenEnd open_end, Day infinity) {
  if (open_end == OpenEnd::allowed && text == "none") return infinity;
  if (const auto day = Day::parse(text)) return *day;
  throw Error::usage(fmt::format("{} {} is not a date", what, quote(text)),
                     open_end == OpenEnd::allowed
                         ? "write a day of the calendar as YYYY-MM-DD, or none for an open end"
                         : "write a day of the calendar, 0001-01-01 to 9999-12-31, as YYYY-MM-DD");
}

Day parse_day(const std::string& text, std::string_view what) {
  return parse_day(text, what, OpenEnd::refused, Day::forever());
}

std::int64_t start_of(Day day) { return std::int64_t{day.number()} * 86'400; }

Point parse_point(const std::string& text, std::string_view what) {
  if (const auto revision = parse_number(text, INT64_MAX)) return {revision, std::nullopt};
  if (const auto moment = parse_moment(text)) return {std::nullopt, moment};
  throw Error::usage(fmt::format("{} {} is neither a revision nor a time", what, quote(text)),
                     "write a number that `allot log` shows, 2026-11-24T10:00:00Z or a day, which means its end (UTC)");
}

Restriction parse_restriction(const std::string& text, const Path& path) {
  const auto restriction = require_word<Restriction>(text, "the restriction", kRestrictionWords);
  if (path.is_root() && restriction == Restriction::shared) {
    throw Error::usage("/ cannot be shared: it has nothing above it to share", "/ is reserved, or none for unlimited");
  }
  return restriction;
}

Role parse_role(const std::string& text) { return require_word<Role>(text, "the role", kRoleWords); }

LeadTimes parse_lead_times(const std::string& text) {
  constexpr std::string_view kOption = "--remind-before";
  LeadTimes times;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find(',', begin);
    const auto days =
        parse_whole(text.substr(begin, end == std::string::npos ? end : end - begin), kOption, 1, kReminderDays);
    if (times.is_full()) {
      throw Error::usage(fmt::format("{} {} has more than {} numbers", kOption, quote(text), LeadTimes::kMost));
    }
    if (!times.add(static_cast<int>(days))) {
      throw Error::usage(fmt::format("{} {} has {} twice", kOption, quote(text), days));
    }
  }
  return times;
}

Repeat parse_repeat(const std::string& text) { return require_word<Repeat>(text, "the repeat", kRepeatWords); }

}  // namespace allot::cli
