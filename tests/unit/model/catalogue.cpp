#include "libcore/model/catalogue.hpp"

#include <doctest/doctest.h>

namespace allot {
namespace {

TEST_CASE("a name of the catalogue") {
  for (const char* text : {"a", "sip", "face-id", "x2", "a-", "a--b"})
    CHECK_MESSAGE(!find_fault_in_item_name(text), text);
  for (const char* text : {"", "A", "1a", "-a", "a_b", "a b", "é", "aB", "a.b"}) {
    CHECK_MESSAGE(find_fault_in_item_name(text), text);
  }
  for (const char* text :
       {"allot", "catalog",  "counted", "features", "requires", "restriction", "licenses", "groups", "kind", "users",
        "type",  "reminder", "low",     "before",   "repeat",   "suspended",   "from",     "until",  "name", "role"}) {
    CHECK_MESSAGE(find_fault_in_item_name(text) == "is a key of the file format", text);
  }
  CHECK_FALSE(find_fault_in_item_name(std::string(63, 'a')));
  CHECK(find_fault_in_item_name(std::string(64, 'a')) == "is longer than 63 bytes");
}

}  // namespace
}  // namespace allot
