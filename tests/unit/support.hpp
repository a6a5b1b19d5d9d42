#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/edit/groups.hpp"
#include "libcore/edit/init.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/import/import.hpp"
#include "libcore/query/view.hpp"
#include "libcore/storage/location.hpp"

namespace allot::unit {

/// The default day of the tests with stores.
inline constexpr const char* kToday = "2026-11-24";

inline Day day(const char* text) { return *Day::parse(text); }

/// A temporary folder, removed with its content by the destructor.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "allot-unit-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// The path of a file in the folder.
  std::string file(const std::string& name) const { return (path_ / name).string(); }

  /// The names of the files in the folder.
  std::vector<std::string> list() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{path_}) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}

/// The error that `work` throws; nullopt if it succeeds.
template <typename Work>
std::optional<Error> find_error(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// The error that `work` throws; the test fails if it throws none.
template <typename Work>
Error error_of(Work work) {
  const auto error = find_error(work);
  REQUIRE_MESSAGE(error.has_value(), "nothing was thrown");
  return *error;
}

/// A process that runs `work` and then waits until it is killed.
class Process {
 public:
  /// Returns when `work` is done; the test fails if `work` throws.
  explicit Process(const std::function<void()>& work) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    id_ = fork();
    REQUIRE(id_ >= 0);
    if (id_ == 0) run(work, ends[1]);
    close(ends[1]);
    char done = 'x';
    const bool is_done = read(ends[0], &done, 1) == 1 && done == '+';
    close(ends[0]);
    CHECK_MESSAGE(is_done, "the other process failed");
  }
  ~Process() { end(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Kills the process, so that it runs no cleanup.
  void end() {
    if (id_ <= 0) return;
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    id_ = -1;
  }

 private:
  [[noreturn]] static void run(const std::function<void()>& work, int done) {
    try {
      work();
    } catch (...) {
      _exit(1);
    }
    if (write(done, "+", 1) != 1) _exit(1);
    for (;;) pause();
  }

  pid_t id_ = -1;
};

inline GroupPatch kind(std::string text) {
  GroupPatch specified;
  specified.kind = std::move(text);
  return specified;
}

inline GroupPatch restriction(Restriction value) {
  GroupPatch specified;
  specified.restriction = value;
  return specified;
}

inline LicenseChange holding(std::int32_t sip) {
  LicenseChange specified;
  specified.grant.counts = {{"sip", sip}};
  return specified;
}

inline MembershipChange taking(std::int32_t sip) {
  MembershipChange specified;
  specified.grant.counts = {{"sip", sip}};
  return specified;
}

inline MembershipChange in_role(Role role) {
  MembershipChange specified;
  specified.role = role;
  return specified;
}

/// An import input with the bytes `text`.
inline Input input_of(const std::string& text) {
  return {"f", [text, at = std::size_t{0}](char* buffer, std::size_t size) mutable {
            const std::size_t count = std::min(size, text.size() - at);
            std::memcpy(buffer, text.data() + at, count);
            at += count;
            return count;
          }};
}

using Verbs = std::function<void(Write&)>;

/// A store in a file, used with full rights or as an actor.
class Company {
 public:
  Company() { init_store({file(), std::nullopt, day(kToday), std::nullopt, {}}); }

  std::string file() const { return folder_.file("store.db"); }

  /// The engine for `actor` (empty: full rights) on the day `today`.
  Engine engine(const std::optional<std::string>& actor = std::nullopt, const char* today = kToday) const {
    return {open_store(file(), std::chrono::milliseconds{0}), day(today), actor};
  }

  /// Runs `subcommands` as one write.
  Outcome write(const Verbs& subcommands, const std::optional<std::string>& actor = std::nullopt,
                DryRun dry_run = DryRun::no) const {
    Engine acting = engine(actor);
    Write write{acting, dry_run};
    subcommands(write);
    return write.commit();
  }

  /// The error of `subcommands`; the store does not change.
  std::optional<Error> try_out(const Verbs& subcommands, const std::optional<std::string>& actor) const {
    return find_error([&] { write(subcommands, actor, DryRun::yes); });
  }

  /// Imports `text` into the group `into`.
  Outcome import(const std::string& text, const char* into = "/", Prune prune = Prune::no,
                 const std::optional<std::string>& actor = std::nullopt) const {
    return write(
        [&](Write& write) {
          const ImportResult result = import_hierarchy(write, {input_of(text)}, {Path::parse(into), prune, piece, {}});
          if (!result.violations.is_empty()) throw Error::refused("refused", result.violations);
        },
        actor);
  }

  /// The export of the group at `path`.
  std::string text(const char* path = "/", const std::optional<std::string>& actor = std::nullopt) const {
    Engine reading = engine(actor);
    return text_in(reading, path);
  }

  static std::string text_in(Engine& engine, const char* path = "/") {
    View view{engine};
    std::ostringstream out;
    view.export_hierarchy(Path::parse(path), out);
    return out.str();
  }

  /// The revision of the newest entry.
  std::int64_t revision() const {
    std::int64_t newest = 0;
    Engine reading = engine();
    View{reading}.for_each_entry({}, [&](const LogEntry& entry) { newest = std::max(newest, entry.revision); });
    return newest;
  }

  /// The faults that a check finds, one per line.
  std::string faults() const {
    Engine reading = engine();
    std::string lines;
    for (const Fault& fault : View{reading}.check().faults) lines += fault.what + ' ' + fault.message + '\n';
    return lines;
  }

  std::size_t piece = ImportOptions::kPiece;  ///< of imports

 private:
  Folder folder_;
};

}  // namespace allot::unit
