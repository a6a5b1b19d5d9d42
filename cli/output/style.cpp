#include "cli/output/style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kUsualWidth = 80;
constexpr std::int64_t kLargestWidth = 65535;

std::size_t width_of_terminal(int fd, const std::string& columns) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const auto number = parse_number(columns, kLargestWidth);
  return number && *number > 0 ? static_cast<std::size_t>(*number) : kUsualWidth;
}

bool has_colour(bool is_terminal, ColourMode mode, const TerminalEnvironment& environment) {
  if (mode != ColourMode::automatic) return mode == ColourMode::always;
  const bool is_dumb = environment.term.empty() || environment.term == "dumb";
  return is_terminal && !is_dumb && environment.no_color.empty();
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "1";
    case Style::dim:
      return "2";
    case Style::red:
      return "31";
    case Style::yellow:
      return "33";
    case Style::green:
      return "32";
    case Style::cyan:
      return "36";
  }
  return "";
}

}  // namespace

TerminalCapabilities surface_of(int fd, ColourMode mode, const TerminalEnvironment& environment) {
  TerminalCapabilities capabilities;
  capabilities.is_terminal = isatty(fd) == 1;
  capabilities.has_colour = has_colour(capabilities.is_terminal, mode, environment);
  if (capabilities.is_terminal) capabilities.width = width_of_terminal(fd, environment.columns);
  return capabilities;
}

std::string paint(std::string_view text, Style style, const TerminalCapabilities& capabilities) {
  if (!capabilities.has_colour || style == Style::plain || text.empty()) return std::string{text};
  std::string painted = "\x1b[";
  painted += code_of(style);
  painted += 'm';
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

}  // namespace allot::cli
