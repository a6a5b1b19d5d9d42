#include "libexec/allot-mail/maildir.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/base/sync.hpp"
#include "libcore/base/text.hpp"
#include "libexec/allot-mail/descriptor.hpp"
#include "libexec/allot-mail/outgoing_mail.hpp"

namespace allot::mail {
namespace {

std::string folder_above(const std::string& folder) {
  return std::filesystem::path{folder + "/.."}.lexically_normal().string();
}

/// Creates a file with `text` and syncs it; returns false and sets errno on failure.
bool write_file(const std::string& path, std::string_view text) {
  unlink(path.c_str());  // a remnant of a crash; a link is not followed
  const Descriptor file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  return file.is_open() && fchmod(file.number(), 0600) == 0 && write_all(file.number(), text) &&
         sync_file(file.number());
}

/// Whether a mail reader has moved the mail `name` from new/ to cur/.
bool has_been_read(const std::string& folder, const std::string& name) {
  const std::unique_ptr<DIR, int (*)(DIR*)> files{opendir((folder + "/cur").c_str()), closedir};
  if (files == nullptr) return false;
  while (const dirent* const entry = readdir(files.get())) {
    const std::string_view found = entry->d_name;
    if (found.starts_with(name) && (found.size() == name.size() || found[name.size()] == ':')) return true;
  }
  return false;
}

DeliveryOutcome failed(const std::string& what) { return {DeliveryStatus::deferred, 0, fault_of(what, errno)}; }

}  // namespace

Maildir::Maildir(std::string folder) : folder_(std::move(folder)) {
  if (folder_.empty() || folder_.find('\0') != std::string::npos) throw Error::usage("maildir: has no folder");
  struct stat found {};
  const bool is_there = stat(folder_.c_str(), &found) == 0;
  if (!is_there && errno != ENOENT) throw Error::usage(fault_of(fmt::format("the maildir {}", quote(folder_)), errno));
  const std::string written = is_there ? folder_ : folder_above(folder_);
  if ((!is_there && stat(written.c_str(), &found) != 0) || access(written.c_str(), W_OK | X_OK) != 0) {
    throw Error::usage(fault_of(fmt::format("the maildir {} cannot be made or written", quote(folder_)), errno));
  }
  if (!S_ISDIR(found.st_mode)) throw Error::usage(fmt::format("{} is not a folder", quote(written)));
}

/// Creates the missing folders; returns false and sets errno on failure.
bool Maildir::make_folders() {
  if (has_folders_) return true;
  for (const char* const part : {"", "/tmp", "/new", "/cur"}) {
    if (mkdir((folder_ + part).c_str(), 0700) != 0 && errno != EEXIST) return false;
  }
  if (!sync_folder(folder_above(folder_))) return false;
  has_folders_ = true;
  return true;
}

DeliveryOutcome Maildir::deliver(const Delivery& delivery) {
  if (!make_folders()) return failed(fmt::format("the maildir {} cannot be made", quote(folder_)));
  const std::string name = fingerprint(delivery.message, delivery.to).substr(0, 40) + ".allot";
  if (has_been_read(folder_, name)) return {DeliveryStatus::delivered, 0, "was there already"};
  const std::string made = fmt::format("{}/tmp/{}.{}", folder_, name, getpid());
  const std::string kept = fmt::format("{}/new/{}", folder_, name);
  if (!write_file(made, with_line_feeds(delivery.message)) || std::rename(made.c_str(), kept.c_str()) != 0) {
    DeliveryOutcome outcome = failed(fmt::format("{} cannot be written", quote(kept)));
    unlink(made.c_str());
    return outcome;
  }
  if (!sync_folder(folder_ + "/new") || !sync_folder(folder_)) {
    // A crash may lose the file; a repeated delivery uses the same name.
    return failed(fmt::format("{} cannot be synced", quote(folder_)));
  }
  return {DeliveryStatus::delivered, 0, name};
}

}  // namespace allot::mail
