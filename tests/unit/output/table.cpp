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
  Table table{{{"path", Align::left, Wrap::path}, {"name", Align::left, Wrap::words}, {"sip", Align::right}}};
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

TEST_CASE("texts are wrapped, first in the column with the fewest wide texts") {
  CHECK(print(licences(), terminal(40)) ==
        "PATH                NAME             SIP\n"
        "/north              main             400\n"
        "/north/tower-a      yearly contract    7\n"
        "  /floor 3/apt 12\n");
  CHECK(print(licences(), terminal(27)) ==
        "PATH        NAME        SIP\n"
        "/north      main        400\n"
        "/north      yearly        7\n"
        "  /tower-a  contract\n"
        "  /floor 3\n"
        "  /apt 12\n");
}

TEST_CASE("empty columns are omitted, equal ones become a line, before a text is wrapped") {
  Table table{{{"group"}, {"note", Align::left, Wrap::words}, {"type"}, {"sip", Align::right}, {"status"}}};
  for (const char* group : {"/a", "/b", "/c", "/d"}) table.add_row({{group}, {""}, {"plus"}, {"7"}, {"active"}});
  CHECK(print(table, terminal(80)).starts_with("GROUP  NOTE  TYPE  SIP  STATUS\n"));
  CHECK(print(table, terminal(25)).starts_with("GROUP  TYPE  SIP  STATUS\n"));
  CHECK(print(table, terminal(20)).starts_with("TYPE: plus\nGROUP  SIP  STATUS\n"));
}

TEST_CASE("details go below their row before a text is wrapped into many lines") {
  Table table{{{"group", Align::left, Wrap::words}, {"e-mail"}, {"name", Align::left, Wrap::words, 0, 2}, {"sip"}}};
  table.add_row({{"one two three four five six seven eight nine"}, {"ann@north.example"}, {"Ann Lee of north"}, {"1"}});
  CHECK(print(table, terminal(49)) ==
        "GROUP                      E-MAIL             SIP\n"
        "one two three four five    ann@north.example  1\n"
        "six seven eight nine\n"
        "    NAME: Ann Lee of north\n");
}

TEST_CASE("redundant columns are omitted, details go below their row") {
  Table table{{{"group", Align::left, Wrap::words},
               {"bar", Align::left, Wrap::no, 1},
               {"features", Align::left, Wrap::words, 0, 1},
               {"until"}}};
  table.add_row({{"north"}, {"########"}, {"ukey2, face-id"}, {"2026-12-31"}});
  table.add_row({{"south"}, {"########"}, {""}, {"2027-12-31"}});
  CHECK(print(table, terminal(43)).starts_with("GROUP  BAR       FEATURES        UNTIL\n"));
  CHECK(print(table, terminal(35)).starts_with("GROUP  FEATURES        UNTIL\n"));
  CHECK(print(table, terminal(22)) ==
        "GROUP  UNTIL\n"
        "north  2026-12-31\n"
        "    FEATURES: ukey2,\n"
        "    face-id\n"
        "south  2027-12-31\n");
}

TEST_CASE("paths in tree order become an outline") {
  Table table{{{"group", Align::left, Wrap::path}, {"license"}}};
  for (const char* path : {"/north", "/north/tower", "/north/tower", "/north/tower/floor/flat", "/northern"})
    table.add_row({{path}, {"main"}});
  table.set_outlined();
  CHECK(print(table, kPipe).starts_with("GROUP                    LICENSE\n/north                   main\n"));
  CHECK(print(table, terminal(22)) ==
        "LICENSE: main\n"
        "GROUP\n"
        "/north\n"
        "  tower\n"
        "\n"
        "    floor/flat\n"
        "/northern\n");
}

TEST_CASE("a table that cannot be narrowed enough is printed as blocks") {
  Table table{{{"from"}, {"until"}, {"status"}}};
  table.add_row({{"2026-01-01"}, {"2026-12-31"}, {"active"}});
  table.add_row({{"2027-01-01"}, {""}, {"pending"}});
  CHECK(print(table, terminal(20)) ==
        "FROM    2026-01-01\n"
        "UNTIL   2026-12-31\n"
        "STATUS  active\n"
        "\n"
        "FROM    2027-01-01\n"
        "STATUS  pending\n");
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
    column.wrap = static_cast<Wrap>(random() % 3);
    column.drop = static_cast<int>(random() % 3);
    column.detail = static_cast<int>(random() % 3);
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
    for (std::size_t width = 4; width <= 80; width += width < 20 ? 4 : 1) {
      for (const std::string& line : lines_of(without_colour(print(table, {true, true, width})))) {
        CAPTURE(line);
        CHECK(display_width(line) <= width);
        CHECK(escape_for_terminal(line) == line);
        CHECK_FALSE(line.ends_with(' '));
      }
    }
  }
}

TEST_CASE("nothing of a column that is not redundant is lost, however narrow the terminal is") {
  Table table{{{"path", Align::left, Wrap::path}, {"note", Align::left, Wrap::words, 0, 1}, {"n", Align::right}}};
  table.add_row({{"/" + std::string(200, 'p')}, {std::string(50, 'n') + " end"}, {"1234567"}});
  for (std::size_t width = 10; width <= 120; ++width) {
    std::string text = print(table, terminal(width));
    CHECK(std::count(text.begin(), text.end(), 'p') == 200);
    CHECK(std::count(text.begin(), text.end(), 'n') == 51);
    CHECK(text.find("1234567") != std::string::npos);
  }
}

TEST_CASE("without a width limit, nothing is truncated") {
  Table table{{{"path", Align::left, Wrap::path}, {"note", Align::left, Wrap::words}}};
  table.add_row({{std::string(500, 'p')}, {std::string(500, 'n')}});
  CHECK(lines_of(print(table, kPipe)).at(1) == std::string(500, 'p') + "  " + std::string(500, 'n'));
}

}  // namespace
}  // namespace allot::cli
