#include "libcore/document/read_ahead.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <stdexcept>

#include "libcore/document/event_stream.hpp"
#include "tests/unit/document/support.hpp"

namespace allot::reading {
namespace {

constexpr int kUsers = 20'000;  // several events each, so that the parser thread is some batches ahead

std::string long_hierarchy() {
  std::string text = "allot: 1\nusers:\n";
  for (int i = 0; i < kUsers; ++i)
    text += fmt::format("  u{}@x.example: {{name: \"User {}\", sip: {}}}\n", i, i, i % 9);
  return text;
}

TEST_CASE("a long file is read like a short file, each text at its position") {
  const Document document = read({long_hierarchy()});
  REQUIRE(document.members.size() == kUsers);
  bool is_right = true;
  for (std::uint32_t i = 0; i < kUsers; ++i) {
    const Document::Member& member = document.members[i];
    is_right = is_right && member.email == fmt::format("u{}@x.example", i) &&
               member.name == fmt::format("User {}", i) && member.mark.line == i + 3;
  }
  CHECK(is_right);
}

TEST_CASE("a fault far down in a long file is reported at its position") {
  CHECK(
      problems_in(long_hierarchy() + "kind: a: b\n") ==
      "20003:8: ':' cannot stand here; put a text that contains it between double quotes, or look at the indentation");
  CHECK(problems_in(long_hierarchy() + "kind: \x01\n").starts_with("20003:7: the control character U+0001"));
  CHECK(problems_in(long_hierarchy() + "---\nallot: 1\n") ==
        "20003:1: a second document begins here; a file holds one");
  CHECK(problems_in(long_hierarchy() + "knid: x\n") ==
        "20003:1: unknown key \"knid\" in the hierarchy; did you mean \"kind\"?");
}

TEST_CASE("the reader throws the exception of a long input that fails while it is read") {
  Input text = make_input("x", long_hierarchy());
  std::size_t left = 500'000;
  const Input broken{"x", [&](char* buffer, std::size_t size) -> std::size_t {
                       const std::size_t count = text.read(buffer, size);
                       if (count > left) throw std::length_error{"no more"};
                       left -= count;
                       return count;
                     }};
  CHECK_THROWS_WITH_AS(read_inputs({broken}), "no more", std::length_error);
}

TEST_CASE("a reader that stops early ends its thread, wherever it stops") {
  const std::string text = long_hierarchy();
  for (const int steps : {0, 1, 4095, 4096, 4097, 8192, 30'000}) {
    const Input input = make_input("x", text);
    const std::vector<std::string> files{"x"};
    Problems problems{files};
    EventStream events{input, 0, problems};
    for (int i = 0; i < steps; ++i) events.next();
    events.abandon({1, 1, 0}, "that is enough");
    CHECK(events.next().kind == EventKind::end);
    CHECK(problems.total() == 1);
  }
}

}  // namespace
}  // namespace allot::reading
