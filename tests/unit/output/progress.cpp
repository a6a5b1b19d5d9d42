#include "cli/output/progress.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <sstream>

#include "cli/output/width.hpp"

namespace allot::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TerminalCapabilities kTerminal{true, false, 80};

/// A manual clock that counts how often it is read.
struct FakeClock {
  std::chrono::steady_clock::time_point now{};
  int reads = 0;

  Progress::Clock reader() {
    return [this] {
      ++reads;
      return now;
    };
  }
};

/// The content of a terminal line after `output`.
std::string screen_after(const std::string& output) {
  const std::size_t start = output.rfind('\r');
  if (start == std::string::npos) return output;
  std::string line = output.substr(start + 1);
  line.resize(line.find_last_not_of(' ') + 1);
  return line;
}

std::size_t count_draws(const std::string& output) {
  std::size_t draws = 0;
  for (const char c : output) draws += c == '\r' ? 1 : 0;
  return draws;
}

TEST_CASE("without a terminal nothing is written and nothing is spent") {
  std::ostringstream out;
  FakeClock clock;
  {
    Progress progress{out, {false, true, 0}, "import", clock.reader()};
    for (std::uint64_t done = 0; done < 10000; ++done) {
      clock.now += milliseconds{10};
      progress.advance(done, 10000);
    }
  }
  CHECK(out.str() == "");
  CHECK(clock.reads == 0);
}

TEST_CASE("an operation of less than a second writes nothing") {
  std::ostringstream out;
  FakeClock clock;
  {
    Progress progress{out, kTerminal, "import", clock.reader()};
    for (std::uint64_t done = 0; done < 99; ++done) {
      clock.now += milliseconds{10};
      progress.advance(done, 99);
    }
  }
  CHECK(out.str() == "");
}

TEST_CASE("the line shows progress, rate and remaining time") {
  std::ostringstream out;
  FakeClock clock;
  Progress progress{out, kTerminal, "import", clock.reader()};
  clock.now += seconds{2};
  progress.advance(2400000, 9600000);
  CHECK(out.str() == "\rimport  ███████▌░░░░░░░░░░░░░░░░░░░░░░   25%  1.2 M/s  0:06 left");
  clock.now += seconds{6};
  progress.advance(9600000, 9600000);
  CHECK(screen_after(out.str()) == "import  ██████████████████████████████  100%  1.2 M/s");
}

TEST_CASE("without a total there is a count and a rate") {
  std::ostringstream out;
  FakeClock clock;
  Progress progress{out, kTerminal, "export", clock.reader()};
  clock.now += seconds{2};
  progress.advance(700);
  CHECK(screen_after(out.str()) == "export  700  350/s");
  clock.now += seconds{2};
  progress.advance(1400000);
  CHECK(screen_after(out.str()) == "export  1.4 M  350 k/s");
}

TEST_CASE("a later step has its own rate and does not wait a second again") {
  std::ostringstream out;
  FakeClock clock;
  Progress progress{out, kTerminal, "reading", clock.reader()};
  clock.now += milliseconds{900};
  progress.advance(900);
  progress.begin_step("saving");
  clock.now += milliseconds{50};
  progress.advance(50);
  CHECK(out.str() == "");
  clock.now += milliseconds{50};
  progress.advance(10);
  CHECK(screen_after(out.str()) == "saving  10  100/s");
}

TEST_CASE("slow operations, rounding and operations without an end") {
  const auto line_after = [](seconds time, std::uint64_t done, std::uint64_t total) {
    std::ostringstream out;
    FakeClock clock;
    Progress progress{out, kTerminal, "x", clock.reader(), Glyphs::ascii};
    clock.now += time;
    progress.advance(done, total);
    return screen_after(out.str());
  };
  CHECK(line_after(seconds{2}, 1, 100) == "x  #.............................    1%  0.5/s  3:18 left");
  CHECK(line_after(seconds{4}, 0, 100) == "x  ..............................    0%  0/s");
  CHECK(line_after(seconds{10}, 1, 1000) == "x  #.............................    0%  0.1/s  2:46:30 left");
  CHECK(line_after(seconds{1}, 999, 1000) == "x  #############################.   99%  999/s  0:00 left");
  CHECK(line_after(seconds{1}, 999600, 0) == "x  1.0 M  1.0 M/s");
  CHECK(line_after(seconds{1}, 9960, 0) == "x  10 k  10 k/s");
  CHECK(line_after(seconds{9}, 1, 1000000000) == "x  #.............................    0%  0.1/s");
  CHECK(line_after(seconds{1}, 20, 10) == "x  ##############################  100%  20/s");
  CHECK(line_after(seconds{1}, UINT64_MAX, UINT64_MAX) == "x  ##############################  100%  18 E/s");
}

TEST_CASE("the line is erased at the end, once") {
  std::ostringstream out;
  FakeClock clock;
  {
    Progress progress{out, kTerminal, "check", clock.reader()};
    clock.now += seconds{1};
    progress.advance(500);
    CHECK(screen_after(out.str()) == "check  500  500/s");
    progress.finish();
    CHECK(out.str().ends_with("\r" + std::string(17, ' ') + "\r"));
    clock.now += seconds{5};
    for (int call = 0; call < 1000; ++call) progress.advance(900);
  }
  CHECK(count_draws(out.str()) == 3);
}

TEST_CASE("a shorter line covers the longer one before it") {
  std::ostringstream out;
  FakeClock clock;
  Progress progress{out, kTerminal, "x", clock.reader()};
  clock.now += seconds{1};
  progress.advance(1500);
  const std::string before = out.str();
  clock.now += seconds{1};
  progress.advance(20);
  CHECK(before == "\rx  1.5 k  1.5 k/s");
  CHECK(out.str().substr(before.size()) == "\rx  20  10/s      ");
}

TEST_CASE("a line is redrawn at most ten times a second") {
  std::ostringstream out;
  FakeClock clock;
  Progress progress{out, kTerminal, "import", clock.reader()};
  for (std::uint64_t done = 0; done < 5000; ++done) {
    clock.now += milliseconds{1};
    progress.advance(done, 5000);
  }
  CHECK(count_draws(out.str()) <= 41);
  CHECK(count_draws(out.str()) >= 30);
}

TEST_CASE("fast operations seldom read the clock, slow operations each time") {
  std::ostringstream out;
  FakeClock clock;
  Progress progress{out, kTerminal, "import", clock.reader()};
  for (std::uint64_t done = 0; done < 100000; ++done) progress.advance(done);
  CHECK(clock.reads < 500);
  for (int call = 0; call < 300; ++call) {
    clock.now += seconds{1};
    progress.advance(1);
  }
  clock.reads = 0;
  const std::size_t draws = count_draws(out.str());
  for (int call = 0; call < 20; ++call) {
    clock.now += seconds{1};
    progress.advance(2);
  }
  CHECK(clock.reads == 20);
  CHECK(count_draws(out.str()) == draws + 20);
}

TEST_CASE("a line is never wider than the terminal, whatever the label") {
  for (const std::string label :
       {"import", "北楼三层十二号北楼三层十二号", "a\x1b[2Jb\n", "a rather long label, longer than most"}) {
    for (std::size_t width = 1; width <= 120; ++width) {
      std::ostringstream out;
      FakeClock clock;
      Progress progress{out, {true, false, width}, label, clock.reader()};
      clock.now += seconds{2};
      progress.advance(123456, 9876543);
      const std::string line = screen_after(out.str());
      CAPTURE(line);
      CHECK((width == 1 || display_width(line) < width));
      CHECK(line.find('\x1b') == std::string::npos);
      CHECK(line.find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("the least important part is omitted first on a narrow terminal") {
  const auto line_at = [](std::size_t width) {
    std::ostringstream out;
    FakeClock clock;
    Progress progress{out, {true, false, width}, "import", clock.reader()};
    clock.now += seconds{2};
    progress.advance(50, 100);
    return screen_after(out.str());
  };
  CHECK(line_at(40) == "import  ████░░░░   50%  25/s  0:02 left");
  CHECK(line_at(39) == "import   50%  25/s  0:02 left");
  CHECK(line_at(30) == "import   50%  25/s  0:02 left");
  CHECK(line_at(29) == "import  ████░░░░   50%  25/s");
  CHECK(line_at(13) == "import   50%");
  CHECK(line_at(12) == "import");
  CHECK(line_at(5) == "imp…");
}

TEST_CASE("a bar has colour if the terminal has colour") {
  std::ostringstream out;
  FakeClock clock;
  Progress progress{out, {true, true, 80}, "import", clock.reader()};
  clock.now += seconds{1};
  progress.advance(5, 10);
  CHECK(out.str().find("\x1b[36m█") != std::string::npos);
}

}  // namespace
}  // namespace allot::cli
