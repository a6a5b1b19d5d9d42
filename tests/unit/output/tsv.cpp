#include "cli/output/tsv.hpp"

#include <doctest/doctest.h>

#include <random>
#include <sstream>

#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

std::string write_one(const std::vector<std::string>& fields) {
  std::ostringstream out;
  TsvWriter{out}.write(fields);
  return out.str();
}

/// Parses a record like a script.
std::vector<std::string> read_back(const std::string& line) {
  std::vector<std::string> fields{""};
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (line[i] == '\t') {
      fields.emplace_back();
    } else if (line[i] != '\\') {
      fields.back() += line[i];
    } else if (line[++i] == 'x') {
      fields.back() += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      const std::string_view letters = "tnr\\";
      fields.back() += "\t\n\r\\"[letters.find(line[i])];
    }
  }
  return fields;
}

TEST_CASE("fields are separated by tabs, records by newlines") {
  std::ostringstream out;
  TsvWriter writer{out};
  writer.write({"/north", "main", "", "400"});
  writer.write({"/south"});
  writer.write({});
  CHECK(out.str() == "/north\tmain\t\t400\n/south\n\n");
}

TEST_CASE("characters that would break a record are escaped") {
  CHECK(write_one({"a\tb", "c\nd", "e\rf", "g\\h"}) == "a\\tb\tc\\nd\te\\rf\tg\\\\h\n");
  CHECK(write_one({"\x1b[31m", std::string(1, '\0'), "\x7f"}) == "\\x1B[31m\t\\x00\t\\x7F\n");
  CHECK(write_one({"\u009b"}) == "\\xC2\\x9B\n");
}

TEST_CASE("valid text is not changed, invalid text is escaped") {
  CHECK(write_one({"Zürich 北楼 😀 e\u0301"}) == "Zürich 北楼 😀 e\u0301\n");
  CHECK(write_one({"a\xff\xc3"}) == "a\\xFF\\xC3\n");
}

TEST_CASE("any bytes give a record of one line of UTF-8 that reads back") {
  std::mt19937 random{11};
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> fields(1 + random() % 4);
    for (std::string& field : fields) {
      for (auto left = random() % 12; left > 0; --left) field += static_cast<char>(random() % 256);
    }
    const std::string line = write_one(fields);
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(is_utf8(line));
    CHECK(read_back(line) == fields);
  }
}

}  // namespace
}  // namespace allot::cli
