#include "cli/output/table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "cli/output/width.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr TerminalCapabilities kPipe{};

TerminalCapabilities terminal(std::size_t width) { return {true, false, width}; }

std::string print(const Table& table, const TerminalCapabilities& capabilities) {
  std::ostringstream out;
  table.print(out, capabilities);
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// `text` without the escape sequences of paint().
std::string without_colour(const std::string& text) {
  std::string bare;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = text.find('m', at);
    } else {
      bare += text[at];
    }
  }
  return bare;
}

Table licences() {
  Table table{{{"path", Align::left, Shrink::middle}, {"name", Align::left, Shrink::end}, {"sip", Align::right}}};
  table.add_row({{"/north"}, {"main"}, {"400"}});
  table.add_row({{"/north/tower-a/floor 3/apt 12"}, {"yearly contract"}, {"7"}});
  return table;
}

TEST_CASE("columns are aligned, two spaces apart, titles in upper case") {
  CHECK(print(licences(), kPipe) ==
        "PATH                           NAME             SIP\n"
        "/north                         main             400\n"
        "/north/tower-a/floor 3/apt 12  yearly contract    7\n");
}

TEST_CASE("an empty table has only its titles") {
  Table table{{{"path"}, {"sip", Align::right}}};
  CHECK(table.is_empty());
  CHECK(print(table, kPipe) == "PATH  SIP\n");
  table.add_row({});
  CHECK_FALSE(table.is_empty());
}

TEST_CASE("no line ends in spaces") {
  Table table{{{"path"}, {"kind"}, {"note"}}};
  table.add_row({{"/"}, {""}, {""}});
  table.add_row({{"/north"}, {"dealer  "}, {"   "}});
  table.add_row({{"/south"}});
  table.add_row({{"/west"}, {"site"}, {"x"}, {"beyond the last column"}});
  CHECK(print(table, kPipe) ==
        "PATH    KIND    NOTE\n"
        "/\n"
        "/north  dealer\n"
        "/south\n"
        "/west   site    x\n");
}

TEST_CASE("columns are aligned by display width") {
  Table table{{{"name"}, {"sip", Align::right}, {"kind"}}};
  table.add_row({{"北楼"}, {"4"}, {"site"}});
  table.add_row({{"cafe\u0301"}, {"40"}, {"site"}});
  table.add_row({{"😀 bar"}, {"400"}, {"site"}});
  table.add_row({{"plain"}, {"4000"}, {"site"}});
  CHECK(print(table, kPipe) ==
        "NAME     SIP  KIND\n"
        "北楼       4  site\n"
        "cafe\u0301      40  site\n"
        "😀 bar   400  site\n"
        "plain   4000  site\n");
}

TEST_CASE("tree drawings are text") {
  Table table{{{"group"}, {"kind"}}};
  table.add_row({{"/"}, {"company"}});
  table.add_row({{"├─ north"}, {"dealer"}});
  table.add_row({{"│  └─ a"}, {"site"}});
  CHECK(print(table, kPipe) ==
        "GROUP     KIND\n"
        "/         company\n"
        "├─ north  dealer\n"
        "│  └─ a   site\n");
}

TEST_CASE("control characters are never printed raw") {
  Table table{{{"na\x1bme"}, {"kind"}}};
  table.add_row({
      {"a\x1b[31mb\n"},
      {"\u009b\u202e\xff"},
  });
  CHECK(print(table, kPipe) ==
        "NA\\U001BME      KIND\n"
        "a\\u001B[31mb\\n  \\u009B\\u202E\\xFF\n");
}

TEST_CASE("colour applies to the texts, not to the spaces") {
  Table table{{{"path"}, {"sip", Align::right}}};
  table.add_row({{"/n", Style::cyan}, {"4", Style::red}});
  CHECK(print(table, {true, true, 80}) ==
        "\x1b[1mPATH\x1b[0m  \x1b[1mSIP\x1b[0m\n"
        "\x1b[36m/n\x1b[0m      \x1b[31m4\x1b[0m\n");
}

TEST_CASE("nothing is truncated on a wide terminal") {
  CHECK(print(licences(), terminal(51)) == print(licences(), kPipe));
}

TEST_CASE("the widest column is truncated first") {
  CHECK(print(licences(), terminal(40)) ==
        "PATH                NAME             SIP\n"
        "/north              main             400\n"
        "/north/…/apt 12     yearly contract    7\n");
  CHECK(print(licences(), terminal(30)) ==
        "PATH         NAME          SIP\n"
        "/north       main          400\n"
        "/…/apt 12    yearly cont…    7\n");
}

TEST_CASE("the last columns are omitted only if truncation is not enough") {
  CHECK(print(licences(), terminal(23)) ==
        "PATH      NAME      SIP\n"
        "/north    main      400\n"
        "/…/ap…12  yearly …    7\n");
  CHECK(print(licences(), terminal(22)) ==
        "PATH      NAME       …\n"
        "/north    main\n"
        "/…/ap…12  yearly c…\n");
}

TEST_CASE("a single column that may not shrink is truncated if the line would be too wide") {
  Table table{{{"address"}, {"sip"}}};
  table.add_row({{"somebody@example.org"}, {"4"}});
  CHECK(print(table, terminal(12)) ==
        "ADDRESS    …\n"
        "somebody…\n");
  CHECK(print(table, terminal(1)) == "…\n…\n");
}

std::string random_text(std::mt19937& random, std::size_t longest) {
  static const std::vector<std::string> kPieces{"a",      "/",      "B7",     "楼", "e\u0301",  "😀",
                                                "\u0301", " ",      "\x1b[m", "\n", "👩\u200d👧", "\xff",
                                                "ก็",      "\u202e", "m-n",    "\t", "\u009b",   "🇨🇭"};
  std::string text = random() % 2 == 0 ? "/" : "";
  for (auto left = random() % longest; left > 0; --left) text += kPieces[random() % kPieces.size()];
  return text;
}

Table random_table(std::mt19937& random) {
  std::vector<Column> columns(1 + random() % 8);
  for (Column& column : columns) {
    column.title = random_text(random, 8);
    column.align = random() % 2 == 0 ? Align::left : Align::right;
    column.shrink = static_cast<Shrink>(random() % 3);
  }
  Table table{columns};
  for (auto rows = random() % 5; rows > 0; --rows) {
    std::vector<Cell> cells(columns.size());
    for (Cell& cell : cells) cell = {random_text(random, 25), static_cast<Style>(random() % 7)};
    table.add_row(cells);
  }
  return table;
}

TEST_CASE("for any content, no line of a table is too wide, ends in a space or has control characters") {
  std::mt19937 random{5};
  for (int round = 0; round < 150; ++round) {
    const Table table = random_table(random);
    const std::size_t height = lines_of(print(table, kPipe)).size();
    for (std::size_t width = 1; width <= 80; width += width < 20 ? 4 : 1) {
      const auto lines = lines_of(without_colour(print(table, {true, true, width})));
      CHECK(lines.size() == height);
      for (const std::string& line : lines) {
        CAPTURE(line);
        CHECK(display_width(line) <= width);
        CHECK(escape_for_terminal(line) == line);
        CHECK_FALSE(line.ends_with(' '));
      }
    }
  }
}

TEST_CASE("the width of the terminal is used as far as there is text") {
  Table table{{{"path", Align::left, Shrink::middle}, {"note", Align::left, Shrink::end}}};
  table.add_row({{std::string(200, 'p')}, {std::string(200, 'n')}});
  for (std::size_t width = 18; width <= 80; ++width) {
    const auto lines = lines_of(print(table, terminal(width)));
    CHECK(display_width(lines.at(1)) == width);
    CHECK(lines.at(1).find("n…") != std::string::npos);
  }
}

TEST_CASE("without a width limit, nothing is truncated") {
  Table table{{{"path", Align::left, Shrink::middle}, {"note", Align::left, Shrink::end}}};
  table.add_row({{std::string(500, 'p')}, {std::string(500, 'n')}});
  CHECK(lines_of(print(table, kPipe)).at(1) == std::string(500, 'p') + "  " + std::string(500, 'n'));
}

}  // namespace
}  // namespace allot::cli
