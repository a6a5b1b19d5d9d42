#include "libcore/model/scope.hpp"

#include <doctest/doctest.h>

#include "libcore/model/chain.hpp"

namespace allot {
namespace {

Link make_link(std::int64_t id, const char* name) {
  Link link;
  link.id = id;
  link.name = name;
  return link;
}

/// `/a/b` as one sees it who acts within `scope`.
Chain make_chain(const Catalogue& catalogue, Scope scope) {
  Chain chain{catalogue, std::make_shared<Scope>(std::move(scope))};
  chain.push(make_link(1, ""));
  chain.push(make_link(7, "a"));
  chain.push(make_link(9, "b"));
  return chain;
}

TEST_CASE("one who acts with full rights administers everything") {
  const Scope scope;
  CHECK(scope.is_full());
  CHECK(scope.power_in(7, Power::none) == Power::administer);
}

TEST_CASE("power goes down and the greater counts") {
  const Scope scope{{{9, Power::see}, {7, Power::see}, {9, Power::administer}}};
  CHECK(scope.entries().size() == 2);
  CHECK(scope.power_in(1, Power::none) == Power::none);
  CHECK(scope.power_in(7, Power::none) == Power::see);
  CHECK(scope.power_in(9, Power::see) == Power::administer);
  CHECK(scope.power_in(12, Power::see) == Power::see);
  CHECK(scope.power_in(7, Power::administer) == Power::administer);
}

TEST_CASE("a scope without groups sees nothing") {
  const Scope scope{std::vector<Scope::Entry>{}};
  CHECK_FALSE(scope.is_full());
  CHECK(scope.power_in(1, Power::none) == Power::none);
}

TEST_CASE("a group out of sight is called above, one in sight by its whole path") {
  const Catalogue catalogue;
  const Chain chain = make_chain(catalogue, Scope{{{7, Power::see}}});
  CHECK_FALSE(chain.is_visible(0));
  CHECK(chain.path_of(0) == "above");
  CHECK(chain.path_of(1) == "/a");
  CHECK(chain.path_of(2) == "/a/b");
  CHECK(chain[2].power == Power::see);
}

TEST_CASE("without a scope every group is in sight") {
  const Catalogue catalogue;
  Chain chain{catalogue};
  chain.push(make_link(1, ""));
  CHECK(chain.path_of(0) == "/");
}

}  // namespace
}  // namespace allot
