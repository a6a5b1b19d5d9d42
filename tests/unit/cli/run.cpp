#include <doctest/doctest.h>

#include "tests/unit/cli/support.hpp"

using namespace allot;
using namespace allot::cli;

TEST_CASE("an entire command runs in this process: results on one stream, errors on the other") {
  Runner shell;
  CHECK(shell.run({"init", "--sip", "5"}) == 0);
  CHECK(shell.run({"user", "add", "/", "bob@x.example", "--sip", "6"}) == 3);
  CHECK(shell.out.str().empty());
  CHECK(shell.err.str().find("at most 5 would be accepted") != std::string::npos);
  CHECK(shell.run({"user", "add", "/", "bob@x.example", "--sip", "5", "-q"}) == 0);
  CHECK(shell.err.str().empty());
  CHECK(shell.run({"state", "--format", "tsv"}) == 0);
  CHECK(shell.out.str().starts_with("/\tsip\t5\t5\t0\t0\t/\t\t\t\n"));
}

TEST_CASE("a batch is all or nothing and names the line of an error") {
  Runner shell;
  REQUIRE(shell.run({"init", "--sip", "3"}) == 0);
  CHECK(shell.run({"batch"}, "group add /a\n# a comment\nuser add /a bob@x.example --sip 4\n") == 3);
  CHECK(shell.err.str().starts_with("allot: line 3: refused"));
  CHECK(shell.run({"group", "show", "/a"}) == 4);
  CHECK(shell.run({"batch"}, "group add /a\n\nuser add /a bob@x.example --sip 3") == 0);
  CHECK(shell.run({"group", "show", "/a"}) == 0);
}

TEST_CASE("usage errors are reported before the store is searched") {
  Runner shell;
  CHECK(shell.run({"group", "add", "/a//b"}) == 2);
  CHECK(shell.run({"user", "add", "/", "nobody", "--sip", "1"}) == 2);
  CHECK(shell.run({"group", "add", "/a"}) == 7);
}
