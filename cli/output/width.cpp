#include "cli/output/width.hpp"

#include <unigbrk.h>
#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace allot::cli {
namespace {

constexpr std::string_view kEllipsis = "…";

/// A grapheme cluster of a text: a character with all its marks.
struct Cluster {
  std::size_t offset = 0;
  std::size_t size = 0;
};

std::vector<Cluster> split_clusters(std::string_view text) {
  // u8_grapheme_next considers only two characters at a time and would split joined emoji and flags.
  std::string is_break(text.size(), '\0');
  u8_grapheme_breaks(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), is_break.data());
  std::vector<Cluster> clusters;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == 0 || is_break[at] != '\0') clusters.push_back(Cluster{at, 0});
    ++clusters.back().size;
  }
  return clusters;
}

/// The longest prefix of `text` of at most `width` columns.
std::string_view head_of(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  std::size_t used = 0;
  for (const Cluster& cluster : split_clusters(text)) {
    used += display_width(text.substr(cluster.offset, cluster.size));
    if (used > width) break;
    end = cluster.offset + cluster.size;
  }
  return text.substr(0, end);
}

std::string join(std::string_view head, std::string_view tail) {
  std::string joined{head};
  joined += kEllipsis;
  joined += tail;
  return joined;
}

/// The characters of drawn trees, and what continues each of them in the next line.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kBranches{
    {{" ", " "}, {"│", "│"}, {"├", "│"}, {"└", " "}, {"─", " "}}};

/// The indentation or branch at the beginning of a path of an outline or a drawn tree: its size in `text`, and what
/// continues it in the next line.
std::pair<std::size_t, std::string> find_branch(std::string_view text) {
  std::size_t size = 0;
  std::string next;
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    for (const auto& [part, continued] : kBranches) {
      if (!text.substr(size).starts_with(part)) continue;
      size += part.size();
      next += continued;
      goes_on = true;
      break;
    }
  }
  return {size, next};
}

/// Returns where a line that can be no longer than `most` bytes of `text` ends: after the last word or punctuation.
std::size_t end_of_words(std::string_view text, std::size_t most) {
  const std::size_t start = find_branch(text).first;
  const std::size_t space = text.substr(0, most + 1).find_last_of(' ');
  if (space != std::string_view::npos && space > start) return space;
  const std::size_t mark = text.substr(0, most).find_last_of(",/@-");
  return mark != std::string_view::npos && mark > start ? mark + 1 : most;
}

/// The same: before the last `/`.
std::size_t end_of_names(std::string_view text, std::size_t most) {
  const std::size_t slash = text.substr(0, most + 1).find_last_of('/');
  const std::size_t start = text.find_first_not_of('/', find_branch(text).first);
  return slash != std::string_view::npos && slash > start ? slash : end_of_words(text, most);
}

/// Breaks a text into lines; `find_end` chooses the end of a line that is too long, and `prefix` begins all lines but
/// the first.
std::vector<std::string> wrap(std::string_view text, std::size_t width, std::string prefix,
                              std::size_t (*find_end)(std::string_view, std::size_t)) {
  std::vector<std::string> lines;
  std::string margin;
  while (width > 0 && display_width(text) + display_width(margin) > width) {
    if (display_width(prefix) > width / 2) prefix.clear();
    const std::size_t room = width - display_width(margin);
    std::size_t most = head_of(text, room).size();
    if (most == 0) most = split_clusters(text).front().size;
    const std::size_t end = find_end(text, most);
    const std::string_view line = text.substr(0, end);
    lines.push_back(margin + std::string{line.substr(0, line.find_last_not_of(' ') + 1)});
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    margin = prefix;
  }
  if (lines.empty() || !text.empty()) lines.push_back(margin + std::string{text});
  return lines;
}

}  // namespace

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::size_t display_width(std::string_view text) {
  if (is_printable_ascii(text)) return text.size();
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    ucs4_t c = 0;
    at += static_cast<std::size_t>(u8_mbtouc(&c, bytes + at, text.size() - at));
    width += static_cast<std::size_t>(std::max(uc_width(c, "UTF-8"), 0));
  }
  return width;
}

std::string fit(std::string_view text, std::size_t width) {
  if (width == 0 || display_width(text) <= width) return std::string{text};
  return join(head_of(text, width - 1), "");
}

std::vector<std::string> wrap_words(std::string_view text, std::size_t width) {
  return wrap(text, width, {}, &end_of_words);
}

std::string wrap_hanging(std::string_view text, std::size_t width, std::size_t indent) {
  std::string joined;
  for (const std::string& line : wrap(text, width, std::string(indent, ' '), &end_of_words)) {
    joined += (joined.empty() ? "" : "\n") + line;
  }
  return joined;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t mark = text.find_first_of(" ,/@-");
    const std::size_t end = mark == std::string_view::npos ? text.size() : mark + (text[mark] == ' ' ? 0 : 1);
    longest = std::max(longest, display_width(text.substr(0, end)));
    text.remove_prefix(std::min(std::max<std::size_t>(end, 1), text.size()));
  }
  return longest;
}

std::vector<std::string> wrap_path(std::string_view text, std::size_t width) {
  return wrap(text, width, find_branch(text).second + "  ", &end_of_names);
}

std::size_t least_path_width(std::string_view text, std::size_t widest_word) {
  const auto [size, next] = find_branch(text);
  return display_width(next) + 2 + std::min(longest_word(text.substr(size)), widest_word);
}

}  // namespace allot::cli
