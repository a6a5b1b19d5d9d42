#include "libcore/model/scope.hpp"

#include <doctest/doctest.h>

#include "libcore/model/ancestor_path.hpp"

namespace allot {
namespace {

PathNode make_link(std::int64_t id, const char* name) {
  PathNode link;
  link.id = id;
  link.name = name;
  return link;
}

/// `/a/b` as visible within `scope`.
AncestorPath make_chain(const Catalogue& catalogue, Scope scope) {
  AncestorPath ancestors{catalogue, std::make_shared<Scope>(std::move(scope))};
  ancestors.push(make_link(1, ""));
  ancestors.push(make_link(7, "a"));
  ancestors.push(make_link(9, "b"));
  return ancestors;
}

TEST_CASE("full rights administer all groups") {
  const Scope scope;
  CHECK(scope.is_full());
  CHECK(scope.access_in(7, AccessLevel::none) == AccessLevel::administer);
}

TEST_CASE("rights extend to the groups below and the greater right applies") {
  const Scope scope{{{9, AccessLevel::see}, {7, AccessLevel::see}, {9, AccessLevel::administer}}};
  CHECK(scope.entries().size() == 2);
  CHECK(scope.access_in(1, AccessLevel::none) == AccessLevel::none);
  CHECK(scope.access_in(7, AccessLevel::none) == AccessLevel::see);
  CHECK(scope.access_in(9, AccessLevel::see) == AccessLevel::administer);
  CHECK(scope.access_in(12, AccessLevel::see) == AccessLevel::see);
  CHECK(scope.access_in(7, AccessLevel::administer) == AccessLevel::administer);
}

TEST_CASE("a scope without groups sees nothing") {
  const Scope scope{std::vector<Scope::Entry>{}};
  CHECK_FALSE(scope.is_full());
  CHECK(scope.access_in(1, AccessLevel::none) == AccessLevel::none);
}

TEST_CASE("a group that is not visible is named above, a visible group by its full path") {
  const Catalogue catalogue;
  const AncestorPath ancestors = make_chain(catalogue, Scope{{{7, AccessLevel::see}}});
  CHECK_FALSE(ancestors.is_visible(0));
  CHECK(ancestors.path_of(0) == "above");
  CHECK(ancestors.path_of(1) == "/a");
  CHECK(ancestors.path_of(2) == "/a/b");
  CHECK(ancestors[2].access == AccessLevel::see);
}

TEST_CASE("without a scope every group is visible") {
  const Catalogue catalogue;
  AncestorPath ancestors{catalogue};
  ancestors.push(make_link(1, ""));
  CHECK(ancestors.path_of(0) == "/");
}

}  // namespace
}  // namespace allot
