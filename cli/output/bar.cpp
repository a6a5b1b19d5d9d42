#include "cli/output/bar.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace allot::cli {
namespace {

constexpr std::size_t kEighths = 8;
constexpr std::array<std::string_view, kEighths> kParts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

/// The number of `steps` that show `used` of `limit`: 0 and `steps` only if exact.
std::size_t steps_of(std::int64_t used, std::int64_t limit, std::size_t steps) {
  if (used <= 0 || steps == 0) return 0;
  if (used >= limit) return steps;
  if (steps == 1) return 0;
  const double exact = static_cast<double>(used) * static_cast<double>(steps) / static_cast<double>(limit);
  return std::clamp<std::size_t>(static_cast<std::size_t>(exact), 1, steps - 1);
}

}  // namespace

std::string bar(std::int64_t used, std::optional<std::int64_t> limit, std::size_t width, Glyphs glyphs) {
  if (!limit) return "";
  std::string drawn;
  if (glyphs == Glyphs::ascii) {
    drawn.append(steps_of(used, *limit, width), '#');
    return drawn.append(width - drawn.size(), '.');
  }
  const std::size_t eighths = steps_of(used, *limit, width * kEighths);
  const std::string_view part = kParts[eighths % kEighths];
  const std::size_t begun = eighths / kEighths + (part.empty() ? 0 : 1);
  for (std::size_t i = 0; i < eighths / kEighths; ++i) drawn += "█";
  drawn += part;
  for (std::size_t i = begun; i < width; ++i) drawn += "░";
  return drawn;
}

Style bar_style(std::int64_t used, std::optional<std::int64_t> limit) {
  if (!limit) return Style::plain;
  if (used <= 0) return *limit > 0 ? Style::green : Style::dim;
  if (used >= *limit) return Style::red;
  const bool is_nearly_full = *limit - used <= *limit / 5;
  return is_nearly_full ? Style::yellow : Style::green;
}

}  // namespace allot::cli
