#include "cli/output/wrap.hpp"

#include <algorithm>

#include "cli/output/width.hpp"

namespace allot::cli {

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  if (width == 0) return std::string{text};
  std::string wrapped;
  std::size_t used = 0;
  bool begins_line = true;
  for (std::size_t at = 0; at < text.size();) {
    // A word with the spaces in front of it, so that the indentation of the first line stays.
    const std::size_t start = std::min(text.find_first_not_of(' ', at), text.size());
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::size_t more = display_width(text.substr(at, end - at));
    if (!begins_line && used + more > width) {
      wrapped.append("\n").append(indent, ' ');
      used = indent;
      at = start;
    }
    wrapped.append(text.substr(at, end - at));
    used += display_width(text.substr(at, end - at));
    begins_line = false;
    at = end;
  }
  return wrapped;
}

}  // namespace allot::cli
