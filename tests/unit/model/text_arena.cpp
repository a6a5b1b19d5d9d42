#include "libcore/model/text_arena.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace allot {
namespace {

TEST_CASE("a short text stays valid while its arena grows") {
  CHECK(sizeof(ShortText) == sizeof(void*));
  CHECK(ShortText{}.empty());
  TextArena arena;
  CHECK(arena.keep_short("").view() == "");
  std::vector<std::string> texts;
  std::vector<ShortText> kept;
  for (std::size_t size = 0; size <= ShortText::kMostBytes; ++size) {
    for (const char c : {'a', '\0', '\xFF'}) {
      texts.emplace_back(size, c);
      kept.push_back(arena.keep_short(texts.back()));
      CHECK(arena.keep("between") == "between");
    }
  }
  bool keeps_all = true;
  for (std::size_t i = 0; i < texts.size(); ++i) keeps_all = keeps_all && kept[i] == std::string_view{texts[i]};
  CHECK(keeps_all);
}

TEST_CASE("a cleared arena reuses the memory of its first block") {
  TextArena arena;
  arena.clear();
  const char* const first = arena.keep("first").data();
  for (int i = 0; i < 100; ++i) arena.keep(std::string(5000, 'x'));
  arena.clear();
  CHECK(arena.keep("again").data() == first);
  CHECK(arena.keep(std::string(100000, 'y')) == std::string(100000, 'y'));
}

TEST_CASE("a text that is too long for a short text is truncated") {
  TextArena arena;
  const std::string text(300, 'x');
  CHECK(arena.keep_short(text) == std::string_view{text}.substr(0, ShortText::kMostBytes));
  CHECK(arena.keep_short("next") == "next");
}

}  // namespace
}  // namespace allot
