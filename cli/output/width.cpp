#include "cli/output/width.hpp"

#include <unigbrk.h>
#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace allot::cli {
namespace {

constexpr std::string_view kEllipsis = "…";

/// The minimum width of a path truncated with `/…/`; below it, only the end is shown.
constexpr std::size_t kNarrowPath = 8;

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

/// The longest suffix of `text` of at most `width` columns.
std::string_view tail_of(std::string_view text, std::size_t width) {
  const std::vector<Cluster> clusters = split_clusters(text);
  std::size_t start = text.size();
  std::size_t used = 0;
  for (auto cluster = clusters.rbegin(); cluster != clusters.rend(); ++cluster) {
    used += display_width(text.substr(cluster->offset, cluster->size));
    if (used > width) break;
    start = cluster->offset;
  }
  return text.substr(start);
}

std::string join(std::string_view head, std::string_view tail) {
  std::string joined{head};
  joined += kEllipsis;
  joined += tail;
  return joined;
}

std::string fit_middle(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string{text};
  const std::string_view head = head_of(text, width / 2);
  return join(head, tail_of(text, width - 1 - display_width(head)));
}

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> names;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    names.push_back(path.substr(at + 1, end - at - 1));
    at = end;
  }
  return names;
}

/// `/`, names, `/…/`, names: as many names from both ends as fit.
std::string leave_out_names(const std::vector<std::string_view>& names, std::size_t width) {
  std::size_t head = 0;
  std::size_t tail = 1;
  std::size_t used = 3 + display_width(names.back());
  const auto take = [&](std::string_view name) {
    const std::size_t more = 1 + display_width(name);
    if (head + tail + 1 == names.size() || used + more > width) return false;
    used += more;
    return true;
  };
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    if (take(names[head])) {
      ++head;
      has_grown = true;
    }
    if (take(names[names.size() - 1 - tail])) {
      ++tail;
      has_grown = true;
    }
  }
  std::string path;
  for (std::size_t i = 0; i < head; ++i) path.append("/").append(names[i]);
  path.append("/").append(kEllipsis);
  for (std::size_t i = names.size() - tail; i < names.size(); ++i) path.append("/").append(names[i]);
  return path;
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

std::string fit_path(std::string_view path, std::size_t width) {
  if (width == 0 || display_width(path) <= width) return std::string{path};
  if (!path.starts_with('/')) return fit_middle(path, width);
  const auto names = split_path(path);
  if (names.size() < 2) return fit_middle(path, width);
  if (width < kNarrowPath) return join("", tail_of(path, width - 1));
  if (3 + display_width(names.back()) > width) return std::string{"/…/"} + fit_middle(names.back(), width - 3);
  return leave_out_names(names, width);
}

}  // namespace allot::cli
