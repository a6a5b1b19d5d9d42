#include "libcore/model/labels.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using allot::Labels;

namespace {

Labels labels_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Labels labels;
  for (const auto& [key, value] : pairs) labels.set(key, value);
  return labels;
}

}  // namespace

TEST_CASE("labels are kept by key, in whatever order they are set") {
  const Labels labels = labels_of({{"floor", "2"}, {"contract", "K=77"}, {"vip", ""}, {"contract", "K=78"}});
  CHECK(labels.text() == "contract=K=78\nfloor=2\nvip=");
  CHECK(labels.size() == 3);
  CHECK(labels.find("contract") == "K=78");
  CHECK(labels.find("vip") == "");
  CHECK_FALSE(labels.find("vi"));
  CHECK(labels == labels_of({{"vip", ""}, {"contract", "K=78"}, {"floor", "2"}}));
  CHECK(labels != labels_of({{"contract", "K=78"}, {"floor", "2"}}));
}

TEST_CASE("a removed label is gone, and no label is left by the last") {
  Labels labels = labels_of({{"a", "1"}, {"b", "2"}});
  const Labels before = labels;
  CHECK(labels.remove("a"));
  CHECK_FALSE(labels.remove("a"));
  CHECK(labels.text() == "b=2");
  CHECK(labels.remove("b"));
  CHECK(labels.is_empty());
  CHECK(labels == Labels{});
  CHECK(before.size() == 2);
}

TEST_CASE("only a text that labels have is parsed") {
  for (const std::string_view text : {"a=", "a=1", "a=1\nb=", "a=x=y", "a-1=2\nb=3"}) {
    CAPTURE(text);
    const auto labels = Labels::parse(text);
    REQUIRE(labels);
    CHECK(labels->text() == text);
  }
  for (const std::string_view text : {"", "a", "=1", "A=1", "a=1\n", "\na=1", "a=1\n\nb=2", "b=1\na=1", "a=1\na=2",
                                      "a=1\nb", "a=\x01", "a=\xFF", "a=\xE2\x80\xAE"}) {
    CAPTURE(text);
    CHECK_FALSE(Labels::parse(text));
  }
  CHECK_FALSE(Labels::parse("a=" + std::string(256, 'v')));
  CHECK_FALSE(Labels::parse(std::string(64, 'k') + "=v"));
}

TEST_CASE("more than 32 labels are not parsed") {
  std::string text;
  for (int i = 10; i < 42; ++i) text += (text.empty() ? "l" : "\nl") + std::to_string(i) + "=x";
  CHECK(Labels::parse(text));
  CHECK_FALSE(Labels::parse(text + "\nl42=x"));
}
