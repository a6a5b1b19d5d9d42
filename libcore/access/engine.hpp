#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/day.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// Whether a write is only checked and shown.
enum class DryRun { no, yes };

/// How long a command waits for another process's lock unless it is told otherwise.
inline constexpr std::chrono::milliseconds kDefaultWait{10'000};

/// The way by which a write comes; allot-log(1).
enum class Via : std::uint8_t { command, batch, import, shell };

/// Who runs the program and how, for the log.
struct Origin {
  std::string login;
  Via via = Via::command;
  std::string command;                                                 ///< the command line
  std::function<std::int64_t()> now = [] { return std::int64_t{0}; };  ///< in seconds since 1970-01-01 UTC
};

struct NewStore;
struct Outcome;

/// A store together with the day by which its rules are judged and the one who is acted as: what every command works
/// on. Nothing of the store is reached but through a `View` or a `Write`, which show what the actor may see.
class Engine {
 public:
  /// Acts as `actor`, or with full rights where nobody is named.
  Engine(Store store, Day today, std::optional<std::string> actor = std::nullopt, Origin origin = {})
      : store_(std::move(store)), today_(today), actor_(std::move(actor)), origin_(std::move(origin)) {}

  Day today() const { return today_; }
  const std::optional<std::string>& actor() const { return actor_; }
  const Origin& origin() const { return origin_; }

  /// Throws what is wrong with a store that is to be written, without keeping it locked.
  void require_writable() { store_.require_writable(); }

 private:
  friend class View;
  friend class Write;
  friend class MailRun;
  friend Outcome init_store(const NewStore& wanted);
  friend std::int64_t back_up(Engine& engine, const std::string& file, DryRun dry_run, const ReportProgress& report);

  Store store_;
  Day today_;
  std::optional<std::string> actor_;
  Origin origin_;
};

}  // namespace allot
