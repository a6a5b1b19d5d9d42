#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace allot::cli {

/// How a piece of text looks where there is colour.
enum class Style : std::uint8_t { plain, bold, dim, red, yellow, green, cyan };

/// When colour is used: the values of `--color`.
enum class ColourMode { automatic, always, never };

/// What a stream is printed on.
struct TerminalCapabilities {
  bool is_terminal = false;
  bool has_colour = false;
  std::size_t width = 0;  ///< In columns; 0 where lines are not bounded.
};

/// The values of NO_COLOR, TERM and COLUMNS, each empty where it is not set.
struct TerminalEnvironment {
  std::string no_color;
  std::string term;
  std::string columns;
};

/// The surface behind `fd`: a terminal's width is its own, else COLUMNS, else 80; what is no terminal is not bounded.
TerminalCapabilities surface_of(int fd, ColourMode mode, const TerminalEnvironment& environment);

/// `text`, which must be safe for a terminal already, in `style` where the surface has colour, else untouched.
std::string paint(std::string_view text, Style style, const TerminalCapabilities& capabilities);

}  // namespace allot::cli
