#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace allot::cli {

/// The style of a text if colour is enabled.
enum class Style : std::uint8_t { plain, bold, dim, red, yellow, green, cyan };

/// When colour is used: the values of `--color`.
enum class ColourMode { automatic, always, never };

/// The capabilities of the terminal or file of a stream.
struct TerminalCapabilities {
  bool is_terminal = false;
  bool has_colour = false;
  std::size_t width = 0;  ///< In columns; 0 if lines are not limited.
};

/// The values of NO_COLOR, TERM and COLUMNS; empty if not set.
struct TerminalEnvironment {
  std::string no_color;
  std::string term;
  std::string columns;
};

/// The capabilities of `fd`. The width of a terminal is its own, else COLUMNS, else 80; other files have no limit.
TerminalCapabilities surface_of(int fd, ColourMode mode, const TerminalEnvironment& environment);

/// `text`, which must already be safe for a terminal, in `style` if colour is enabled, else unchanged.
std::string paint(std::string_view text, Style style, const TerminalCapabilities& capabilities);

}  // namespace allot::cli
