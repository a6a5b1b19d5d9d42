#include "libcore/storage/server_location.hpp"

#include <doctest/doctest.h>

#include "libcore/base/error.hpp"

namespace allot::unit {
namespace {

std::string fault_of(const std::string& location) { return find_fault_in_server_location(location).value_or(""); }

TEST_CASE("a URL of a server is distinguished from the name of a file") {
  CHECK(is_server_location("postgresql://db.example/allot"));
  CHECK(is_server_location("postgres://"));
  CHECK_FALSE(is_server_location("allot.db"));
  CHECK_FALSE(is_server_location("./postgresql://db.example/allot"));
  CHECK_FALSE(is_server_location("postgresql:/db.example"));
  CHECK_FALSE(is_server_location("POSTGRESQL://db.example"));
  CHECK_FALSE(is_server_location(""));
}

TEST_CASE("valid URLs") {
  for (const char* const url :
       {"postgresql://", "postgresql:///allot", "postgres://alice@db.example:5432/allot?sslmode=require",
        "postgresql://[::1]:5432/allot", "postgresql://[::1]/allot", "postgresql://one:1,two:65535/allot",
        "postgresql://%2Frun%2Fpostgresql/allot", "postgresql://al%40ice@db.example/a%2Fb",
        "postgresql:///allot?host=/run/postgresql&passfile=/etc/allot/pgpass", "postgresql://db.example?user=alice"}) {
    CAPTURE(url);
    CHECK(fault_of(url).empty());
  }
}

TEST_CASE("a URL with a password is a usage error that does not repeat it") {
  for (const char* const url :
       {"postgresql://alice:secret@db.example/allot", "postgresql://:secret@/allot", "postgresql://alice:@db.example",
        "postgresql://alice:sec?ret@db.example/allot", "postgresql:///allot?user=alice&password=secret",
        "postgresql:///allot?p%61ssword=secret", "postgresql:///allot?sslpassword=secret"}) {
    CAPTURE(url);
    CHECK(fault_of(url) == "contains a password");
    CHECK(hide_passwords(url).find("secret") == std::string::npos);
    try {
      require_server_location(url);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(error.message() == "the URL of the store contains a password");
      CHECK(error.hint().find("secret") == std::string::npos);
    }
  }
}

TEST_CASE("malformed URLs") {
  // A password with a '/' that is not escaped is read as a port, or as a part of the database.
  CHECK(fault_of("postgresql://alice:sec/ret@db.example/allot") == "has a port that is not a number from 1 to 65535");
  CHECK(fault_of("postgresql://alice:12/ret@db.example/allot") == "has an '@' in the name of its database");
  CHECK(fault_of("postgresql://db.example:0/allot") == "has a port that is not a number from 1 to 65535");
  CHECK(fault_of("postgresql://db.example:65536/allot") == "has a port that is not a number from 1 to 65535");
  CHECK(fault_of("postgresql://one:1,two:x/allot") == "has a port that is not a number from 1 to 65535");
  for (const char* const url : {"postgresql:///a%", "postgresql:///a%4", "postgresql:///a%zz", "postgresql:///a%00"}) {
    CAPTURE(url);
    CHECK(fault_of(url) == "has a '%' that is not followed by two hexadecimal digits of a character");
  }
  CHECK_FALSE(fault_of("postgresql:///a\nb").empty());
  CHECK_FALSE(fault_of(std::string("postgresql:///a\0b", 17)).empty());
  CHECK_FALSE(fault_of("postgresql:///\xFF").empty());
}

TEST_CASE("passwords in texts are hidden, everything else stays") {
  CHECK(hide_passwords("unknown \"postgresql://al:se cret@h/d\" here: \"x\"") ==
        "unknown \"postgresql://al:***@h/d\" here: \"x\"");
  CHECK(hide_passwords("postgres://al:secret@h/d and postgres://b:other@h") ==
        "postgres://al:***@h/d and postgres://b:***@h");
  CHECK(hide_passwords("postgresql://al:sec/ret@h/d") == "postgresql://al:***@h/d");
  CHECK(hide_passwords("postgresql://h/d?password=secret&user=al") == "postgresql://h/d?password=***&user=al");
  CHECK(hide_passwords("\"postgresql://al:secr...\"") == "\"postgresql://al:***\"");  // truncated
  for (const char* const text : {"", "no URL: a:b@c", "postgresql://h:5432/d?user=al", "postgresql://[::1]:5/d"}) {
    CHECK(hide_passwords(text) == text);
  }
}

}  // namespace
}  // namespace allot::unit
