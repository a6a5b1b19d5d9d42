#include "cli/edited_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>

#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "#allot: ";
constexpr const char* kName = "hierarchy.yaml";
constexpr std::uintmax_t kLargest = std::uintmax_t{1} << 30;

/// The name of the file that is being edited; null if there is none.
std::atomic<const char*> edited_name{nullptr};

Error failed(std::string_view what, const std::string& name) {
  return Error::output(fmt::format("{} {}: {}", what, quote(name), std::strerror(errno)),
                       "TMPDIR names the folder for temporary files");
}

/// Creates or empties a file of mode 0600 and returns its descriptor, or -1.
int create(const std::string& name) {
  return open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

std::string comment(std::string_view text) { return fmt::format("{}{}\n", kMark, escape_for_terminal(text)); }

}  // namespace

EditedFile::EditedFile(const Streams& streams) {
  const std::string place = streams.find_variable("TMPDIR").value_or("");
  folder_ = (place.empty() ? "/tmp" : place) + "/allot-XXXXXX";
  if (mkdtemp(folder_.data()) == nullptr) throw failed("cannot create the folder", folder_);
  name_ = folder_ + '/' + kName;
  const int file = create(name_);
  if (file < 0) {
    const Error error = failed("cannot create", name_);
    rmdir(folder_.c_str());
    throw error;
  }
  close(file);
  edited_name = name_.c_str();
}

EditedFile::~EditedFile() {
  edited_name = nullptr;
  if (is_kept_) return;
  std::error_code failure;  // editors may leave other files beside it
  fs::remove_all(folder_, failure);
}

void EditedFile::write(const std::string& text) {
  const std::string fresh = name_ + ".new";  // so that a failure leaves the text before
  const int made = create(fresh);
  if (made < 0) throw failed("cannot create", fresh);
  close(made);
  std::ofstream file{fresh, std::ios::binary};
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file || std::rename(fresh.c_str(), name_.c_str()) != 0) throw failed("cannot write", fresh);
}

std::string EditedFile::read() const {
  std::ifstream file{name_, std::ios::binary | std::ios::ate};
  const auto size = file ? static_cast<std::uintmax_t>(file.tellg()) : 0;
  std::string text(file && size <= kLargest ? size : 0, '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file && size <= kLargest) return text;
  throw Error::invalid_input(fmt::format("{} {}", quote(name_), file ? "is larger than 1 GiB" : "cannot be read"));
}

void name_edited_file() noexcept {
  const char* const name = edited_name;
  if (name == nullptr) return;
  for (const char* const part : {"\nallot: the text is kept in ", name, "\n"}) {
    static_cast<void>(!::write(STDERR_FILENO, part, std::strlen(part)));
  }
}

std::string add_comments(const std::string& text, const std::vector<std::string>& general,
                         const std::vector<Problem>& problems) {
  std::multimap<std::size_t, std::string> by_line;
  for (const Problem& each : problems) {
    by_line.emplace(each.line, comment(fmt::format("column {}: {}", each.column, each.message)));
  }
  std::string commented;
  for (const std::string& each : general) commented += comment(each);
  auto next = by_line.begin();
  std::size_t line = 1;
  for (std::size_t from = 0; from < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', from), text.size() - 1) + 1;
    for (; next != by_line.end() && next->first <= line; ++next) commented += next->second;
    commented.append(text, from, end - from);
    from = end;
  }
  if (next != by_line.end() && !commented.empty() && !commented.ends_with('\n')) commented += '\n';
  for (; next != by_line.end(); ++next) commented += next->second;
  return commented;
}

std::string remove_comments(const std::string& text) {
  std::string kept;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size() - 1) + 1;
    if (!std::string_view{text}.substr(from).starts_with(kMark)) kept.append(text, from, end - from);
    from = end;
  }
  return kept;
}

}  // namespace allot::cli
