#include "libcore/base/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "libcore/base/sync.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

/// The names of the existing temporary files. If the list is full, a file is only removed by its owner.
std::array<std::atomic<const char*>, 16> listed_names{};
static_assert(std::atomic<const char*>::is_always_lock_free);

/// Blocks signals, so that none arrives between the creation of a file and its entry in the list.
class SignalBlock {
 public:
  SignalBlock() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalBlock() {
    const int reason = errno;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = reason;
  }
  SignalBlock(const SignalBlock&) = delete;
  SignalBlock& operator=(const SignalBlock&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

TemporaryFile::TemporaryFile(std::string path, std::string name, int file)
    : path_(std::move(path)), name_(std::move(name)), file_(file) {
  for (auto& place : listed_names) {
    const char* free = nullptr;
    if (!place.compare_exchange_strong(free, name_.c_str())) continue;
    listed_ = &place;
    return;
  }
}

TemporaryFile::~TemporaryFile() {
  close(file_);
  if (has_name_) unlink(name_.c_str());
  if (listed_ != nullptr) *listed_ = nullptr;
}

std::unique_ptr<TemporaryFile> TemporaryFile::make(const std::string& path) {
  std::string name = path + ".XXXXXX";
  const SignalBlock block;
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return nullptr;
  return std::unique_ptr<TemporaryFile>{new TemporaryFile{path, std::move(name), file}};
}

Naming TemporaryFile::replace() {
  if (!sync_file(file_) || std::rename(name_.c_str(), path_.c_str()) != 0) return Naming::failed;
  has_name_ = false;
  return sync_name();
}

Naming TemporaryFile::appear() {
  if (!sync_file(file_) || link(name_.c_str(), path_.c_str()) != 0) return Naming::failed;
  has_name_ = unlink(name_.c_str()) != 0;
  return sync_name();
}

Naming TemporaryFile::sync_name() {
  const std::filesystem::path folder = std::filesystem::path{path_}.parent_path();
  return sync_folder(folder.empty() ? "." : folder.string()) ? Naming::done : Naming::unsynced;
}

std::string describe_unsynced(const std::string& name) {
  return fmt::format("{} is written, but a crash of the system may undo that: its folder cannot be synced: {}",
                     quote(name), std::strerror(errno));
}

void remove_temporary_files() noexcept {
  for (const auto& place : listed_names) {
    if (const char* const name = place) unlink(name);
  }
}

}  // namespace allot
