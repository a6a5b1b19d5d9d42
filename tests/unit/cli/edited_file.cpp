#include "cli/edited_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

#include "tests/unit/cli/support.hpp"
#include "tests/unit/support.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

const std::string kText = "allot: 1\ngroups:\n  north: {}\n";

}  // namespace

TEST_CASE("comments are above the lines of the problems, and are removed again") {
  const std::string commented =
      add_comments(kText, {"two\nlines"}, {{"f", 3, 10, "second"}, {"f", 1, 2, "first"}, {"f", 3, 12, "third"}});
  CHECK(commented ==
        "#allot: two\\nlines\n#allot: column 2: first\nallot: 1\ngroups:\n#allot: column 10: second\n"
        "#allot: column 12: third\n  north: {}\n");
  CHECK(remove_comments(commented) == kText);
}

TEST_CASE("a problem behind the last line is below it") {
  CHECK(add_comments("a: 1\n", {}, {{"f", 2, 1, "end"}}) == "a: 1\n#allot: column 1: end\n");
  CHECK(add_comments("a: 1", {}, {{"f", 9, 1, "end"}}) == "a: 1\n#allot: column 1: end\n");
  CHECK(add_comments("", {}, {{"f", 1, 1, "end"}}) == "#allot: column 1: end\n");
}

TEST_CASE("only lines that begin with the mark are removed") {
  CHECK(remove_comments("#allot: x") == "");
  CHECK(remove_comments(" #allot: x\n#allot:x\n# allot: x\nname: '#allot: x'") ==
        " #allot: x\n#allot:x\n# allot: x\nname: '#allot: x'");
  CHECK(remove_comments("\n\n#allot: x\n\n") == "\n\n\n");
}

TEST_CASE("an edited file is private, and is removed unless it is kept") {
  const unit::Folder folder;
  std::istringstream in;
  std::ostringstream out;
  const auto find_variable = [&](const char* name) {
    return std::string{name} == "TMPDIR" ? std::optional{folder.file("")} : std::nullopt;
  };
  const Streams streams{in, out, out, 1, 2, find_variable, {}};
  std::string name;
  for (const bool is_kept : {false, true}) {
    EditedFile file{streams};
    name = file.name();
    file.write(kText);
    file.write(kText + kText);
    CHECK(file.read() == kText + kText);
    CHECK(fs::status(name).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(fs::status(fs::path{name}.parent_path()).permissions() == fs::perms::owner_all);
    if (is_kept) file.keep();
  }
  CHECK(fs::exists(name));
  const auto left = std::distance(fs::directory_iterator{folder.file("")}, fs::directory_iterator{});
  CHECK(left == 1);
}

TEST_CASE("a folder for temporary files that does not exist is named") {
  std::istringstream in;
  std::ostringstream out;
  const auto find_variable = [](const char*) { return std::optional<std::string>{"/nowhere"}; };
  const Streams streams{in, out, out, 1, 2, find_variable, {}};
  CHECK_THROWS_AS(EditedFile{streams}, Error);
}

}  // namespace allot::cli
