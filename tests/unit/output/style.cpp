#include "cli/output/style.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace allot::cli {
namespace {

/// A file descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// A pseudo-terminal of a given number of columns.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : main_(posix_openpt(O_RDWR | O_NOCTTY)), side_(open_side(main_.get())) {
    winsize size{};
    size.ws_col = columns;
    size.ws_row = 24;
    REQUIRE(ioctl(side_.get(), TIOCSWINSZ, &size) == 0);
  }
  int fd() const { return side_.get(); }

 private:
  static int open_side(int fd) {
    REQUIRE(fd >= 0);
    REQUIRE(grantpt(fd) == 0);
    REQUIRE(unlockpt(fd) == 0);
    return open(ptsname(fd), O_RDWR | O_NOCTTY);
  }

  Descriptor main_;
  Descriptor side_;
};

const TerminalEnvironment kXterm{"", "xterm", ""};

TEST_CASE("paint adds colour only if colour is enabled") {
  const TerminalCapabilities colour{true, true, 80};
  const TerminalCapabilities plain{true, false, 80};
  CHECK(paint("full", Style::red, colour) == "\x1b[31mfull\x1b[0m");
  CHECK(paint("full", Style::bold, colour) == "\x1b[1mfull\x1b[0m");
  CHECK(paint("full", Style::plain, colour) == "full");
  CHECK(paint("", Style::red, colour) == "");
  CHECK(paint("full", Style::red, plain) == "full");
}

TEST_CASE("every style except plain has its own code") {
  const TerminalCapabilities colour{true, true, 80};
  std::string all;
  for (const Style style : {Style::bold, Style::dim, Style::red, Style::yellow, Style::green, Style::cyan}) {
    const std::string painted = paint("x", style, colour);
    CHECK(painted.size() > 1);
    CHECK(all.find(painted) == std::string::npos);
    all += painted;
  }
}

TEST_CASE("a file that is not a terminal has no width, and colour only on request") {
  const Descriptor null{open("/dev/null", O_WRONLY)};
  const TerminalCapabilities automatic = surface_of(null.get(), ColourMode::automatic, {"", "xterm", "132"});
  CHECK_FALSE(automatic.is_terminal);
  CHECK_FALSE(automatic.has_colour);
  CHECK(automatic.width == 0);
  const TerminalCapabilities always = surface_of(null.get(), ColourMode::always, {"1", "dumb", "132"});
  CHECK(always.has_colour);
  CHECK(always.width == 0);
}

TEST_CASE("a closed descriptor is not a terminal") {
  const TerminalCapabilities capabilities = surface_of(-1, ColourMode::automatic, kXterm);
  CHECK_FALSE(capabilities.is_terminal);
  CHECK(capabilities.width == 0);
}

TEST_CASE("a terminal has colour unless it is disabled") {
  const Terminal terminal{100};
  CHECK(surface_of(terminal.fd(), ColourMode::automatic, kXterm).is_terminal);
  CHECK(surface_of(terminal.fd(), ColourMode::automatic, kXterm).has_colour);
  CHECK_FALSE(surface_of(terminal.fd(), ColourMode::automatic, {"1", "xterm", ""}).has_colour);
  CHECK_FALSE(surface_of(terminal.fd(), ColourMode::automatic, {"", "dumb", ""}).has_colour);
  CHECK_FALSE(surface_of(terminal.fd(), ColourMode::automatic, {"", "", ""}).has_colour);
  CHECK_FALSE(surface_of(terminal.fd(), ColourMode::never, kXterm).has_colour);
  CHECK(surface_of(terminal.fd(), ColourMode::always, {"1", "dumb", ""}).has_colour);
}

TEST_CASE("the width of a terminal takes precedence over COLUMNS, and COLUMNS over 80") {
  const Terminal known{100};
  CHECK(surface_of(known.fd(), ColourMode::automatic, {"", "xterm", "132"}).width == 100);
  const Terminal unknown{0};
  CHECK(surface_of(unknown.fd(), ColourMode::automatic, {"", "xterm", "132"}).width == 132);
  for (const char* columns : {"", "0", "-5", "wide", "80x", "99999999"}) {
    CHECK(surface_of(unknown.fd(), ColourMode::automatic, {"", "xterm", columns}).width == 80);
  }
}

}  // namespace
}  // namespace allot::cli
