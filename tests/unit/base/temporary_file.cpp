#include "libcore/base/temporary_file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace allot {
namespace {

const std::string kPath = std::filesystem::temp_directory_path() / ("allot-unit-" + std::to_string(getpid()));

TEST_CASE("a temporary file is removed unless it gets its name, and only one file can get the name") {
  {
    const auto dropped = TemporaryFile::make(kPath);
    REQUIRE(dropped);
    CHECK(std::filesystem::exists(dropped->name()));
  }
  CHECK_FALSE(std::filesystem::exists(kPath));
  CHECK(TemporaryFile::make(kPath)->appear() == Naming::done);
  CHECK(TemporaryFile::make(kPath)->appear() == Naming::failed);
  CHECK(TemporaryFile::make(kPath)->replace() == Naming::done);
  CHECK(std::filesystem::remove(kPath));
  CHECK(TemporaryFile::make("/no/such/folder/file") == nullptr);
}

TEST_CASE("all temporary files can be removed at once") {
  const auto one = TemporaryFile::make(kPath);
  const auto two = TemporaryFile::make(kPath);
  remove_temporary_files();
  CHECK_FALSE(std::filesystem::exists(one->name()));
  CHECK_FALSE(std::filesystem::exists(two->name()));
}

}  // namespace
}  // namespace allot
