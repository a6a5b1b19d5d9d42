#include "cli/output/branches.hpp"

#include <doctest/doctest.h>

namespace allot::cli {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("a tree is drawn with each path relative to the path above it") {
  CHECK(draw_tree({"/", "/a", "/a/b/c", "/a/b/d", "/e"}) == Lines{"/", "├─ a", "│  ├─ b/c", "│  └─ b/d", "└─ e"});
  CHECK(draw_tree({"/a", "/a b", "/a b/c", "/b/c"}) == Lines{"/a", "/a b", "└─ c", "/b/c"});
  CHECK(draw_tree({}).empty());
}

TEST_CASE("an outline is indented and does not repeat a path") {
  CHECK(make_outline({"/", "/a", "/a", "/a/b/c", "/a/d", "/a"}) == Lines{"/", "  a", "", "    b/c", "    d", ""});
  CHECK(make_outline({"/x/y", "/x/yz", "/x/y/z"}) == Lines{"/x/y", "/x/yz", "/x/y/z"});
}

}  // namespace
}  // namespace allot::cli
