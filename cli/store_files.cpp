#include "cli/store_files.hpp"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/server_location.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;

bool is_same(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

StoreFiles::StoreFiles(std::string store) : store_(std::move(store)) {
  if (is_server_location(store_)) return;
  const std::string file = follow_links(store_).string();  // SQLite does so before it derives the other names
  for (const char* const suffix : {"", "-journal", "-wal", "-shm"}) files_.push_back(file + suffix);
}

std::string StoreFiles::describe(std::size_t index) const {
  if (index == 0) return fmt::format("the store {}", quote(store_));
  return fmt::format("{}, a file of the store {}", quote(files_[index]), quote(store_));
}

std::optional<std::string> StoreFiles::find(const struct stat& status) const {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    struct stat own {};
    if (stat(files_[i].c_str(), &own) == 0 && is_same(own, status)) return describe(i);
  }
  return std::nullopt;
}

std::optional<std::string> StoreFiles::find(const std::string& name) const {
  struct stat status {};
  return stat(name.c_str(), &status) == 0 ? find(status) : std::nullopt;
}

std::optional<std::string> StoreFiles::find_open(int file) const {
  struct stat status {};
  return fstat(file, &status) == 0 ? find(status) : std::nullopt;
}

std::optional<std::string> StoreFiles::find_for_writing(const std::string& name) const {
  if (auto found = find(name)) return found;
  const fs::path target = follow_links(name);
  struct stat folder {};
  if (stat(target.parent_path().c_str(), &folder) != 0) return std::nullopt;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const fs::path file{files_[i]};
    struct stat own {};
    const bool has_name = file.filename() == target.filename();
    if (has_name && stat(file.parent_path().c_str(), &own) == 0 && is_same(own, folder)) return describe(i);
  }
  return std::nullopt;
}

fs::path follow_links(fs::path name) {
  std::error_code failure;
  return follow_links(std::move(name), failure);
}

fs::path follow_links(fs::path name, std::error_code& failure) {
  for (int links = 0; links < kMostLinks; ++links) {
    const fs::path folder = fs::canonical(fs::absolute(name, failure).parent_path(), failure);
    if (failure) break;
    name = folder / name.filename();
    if (folder.native().starts_with("/proc/")) break;
    const fs::file_status status = fs::symlink_status(name, failure);
    if (status.type() == fs::file_type::not_found) failure.clear();
    if (!fs::is_symlink(status)) break;
    const fs::path target = fs::read_symlink(name, failure);
    if (failure) break;
    name = folder / target;
  }
  return name;
}

bool is_regular(int file) {
  struct stat status {};
  return fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace allot::cli
