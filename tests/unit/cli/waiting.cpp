#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/buffered_output.hpp"
#include "cli/inputs.hpp"
#include "cli/output/unblocked_terminal.hpp"
#include "cli/store_files.hpp"
#include "libcore/base/error.hpp"

using namespace allot;
using namespace allot::cli;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMuch = 5'000'000;

/// Streams of a test with its own TMPDIR.
class World {
 public:
  World() { fs::create_directory(folder); }
  ~World() { fs::remove_all(folder); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::string folder = "/tmp/allot-unit-waiting-" + std::to_string(getpid());
  std::string temporary = folder;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Streams streams{in, out, err, -1, -1, [this](const char*) { return std::optional{temporary}; }, [] { return Day{}; }};
};

std::string text_of(std::istream& in) {
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("buffered output is printed in order when it is flushed, and not before") {
  for (const std::size_t size : {std::size_t{3}, kMuch}) {
    World world;
    {
      const BufferedOutput buffered{world.streams};
      world.streams.out << 'a' << std::string(size, 'b') << 'c';
      CHECK(world.out.str().empty());
      CHECK(fs::is_empty(world.folder));  // the temporary file has no name
      world.streams.out << std::flush;
      CHECK(world.out.str() == 'a' + std::string(size, 'b') + 'c');
      world.streams.out << std::string(size, 'd');
    }
    CHECK(world.out.str() == 'a' + std::string(size, 'b') + 'c' + std::string(size, 'd'));
  }
}

TEST_CASE("a stream that is bad stays bad under buffered output") {
  World world;
  world.out.setstate(std::ios::badbit);
  { const BufferedOutput buffered{world.streams}; }
  CHECK(world.out.bad());
}

TEST_CASE("if a temporary file cannot be created, the output fails with the reason") {
  World world;
  world.temporary = world.folder + "/nowhere";
  const BufferedOutput buffered{world.streams};
  world.streams.out << std::string(1000, 'a');
  CHECK(world.streams.out.good());
  world.streams.out << std::string(kMuch, 'a');
  CHECK(world.streams.out.bad());
  REQUIRE(world.streams.output_fault);
  CHECK(world.streams.output_fault->kind() == ErrorKind::output);
  CHECK(world.streams.output_fault->message().find("nowhere") != std::string::npos);
}

TEST_CASE("a held input can be read, and read again from an earlier position") {
  for (const std::size_t lines : {std::size_t{2}, kMuch / 10}) {
    World world;
    std::string text;
    for (std::size_t i = 0; i < lines; ++i) text += std::to_string(1'000'000'000 + i) + '\n';
    std::istringstream in{text};
    const auto held = hold_input(in, world.streams, text.size());
    const auto start = held->tellg();
    CHECK(text_of(*held) == text);
    held->clear();
    held->seekg(start);
    std::string line;
    CHECK(std::getline(*held, line));
    CHECK(line == "1000000000");
    const auto second = held->tellg();
    CHECK(text_of(*held) == text.substr(11));
    held->clear();
    held->seekg(second);
    CHECK(text_of(*held) == text.substr(11));
  }
}

TEST_CASE("a held input has a maximum size") {
  World world;
  std::istringstream longer{std::string(300'000, 'x')};
  CHECK_THROWS_AS(hold_input(longer, world.streams, 100'000), Error);
}

TEST_CASE("a terminal that accepts no output does not block") {
  int master = -1;
  int terminal = -1;
  REQUIRE(openpty(&master, &terminal, nullptr, nullptr, nullptr) == 0);
  const int flags = fcntl(terminal, F_GETFL);
  {
    UnblockedTerminal stream{terminal};
    stream << "drawn" << std::flush;
    char seen[6] = {};
    CHECK(read(master, seen, 5) == 5);
    CHECK(std::string{seen} == "drawn");
    for (int i = 0; i < 1000; ++i) stream << std::string(1000, '.') << std::flush;  // nobody reads
    CHECK(stream.good());
  }
  CHECK(fcntl(terminal, F_GETFL) == flags);
  close(terminal);
  close(master);
}

TEST_CASE("the files of a store are found by any of their names") {
  const World world;
  const std::string store = world.folder + "/s.db";
  std::ofstream{store} << "x";
  std::ofstream{world.folder + "/other"} << "x";
  fs::create_symlink("s.db", world.folder + "/link");
  fs::create_symlink("s.db-wal", world.folder + "/dangling");
  fs::create_hard_link(store, world.folder + "/hard");
  fs::create_directory(world.folder + "/below");
  for (const std::string& named : {store, world.folder + "/link", world.folder + "/below/../s.db"}) {
    const StoreFiles files{named};
    for (const char* name : {"s.db", "link", "hard", "below/../s.db"}) {
      CAPTURE(name);
      CHECK(files.find(world.folder + '/' + name));
      CHECK(files.find_for_writing(world.folder + '/' + name));
    }
    for (const char* name : {"s.db-journal", "s.db-wal", "s.db-shm", "dangling", "below/../s.db-shm"}) {
      CAPTURE(name);
      CHECK_FALSE(files.find(world.folder + '/' + name));  // the file does not exist
      CHECK(files.find_for_writing(world.folder + '/' + name));
    }
    for (const char* name : {"other", "below", "new", "below/s.db-wal", "s.db-other", "nowhere/s.db-wal", "link-wal"}) {
      CAPTURE(name);
      CHECK_FALSE(files.find(world.folder + '/' + name));
      CHECK_FALSE(files.find_for_writing(world.folder + '/' + name));
    }
  }
}
