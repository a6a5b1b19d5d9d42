#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libcore/base/day.hpp"
#include "libcore/base/progress.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// Whether a write is checked and reported, but not saved.
enum class DryRun { no, yes };

/// The default time that a command waits for another process's lock.
inline constexpr std::chrono::milliseconds kDefaultWait{10'000};

/// The interface through which a write was requested; allot-log(1).
enum class Via : std::uint8_t { command, batch, import, shell };

/// The caller and the invocation, as recorded in the log.
struct Origin {
  std::string login;
  Via via = Via::command;
  std::string command;                                                 ///< the command line
  std::function<std::int64_t()> now = [] { return std::int64_t{0}; };  ///< in seconds since 1970-01-01 UTC
  std::optional<std::string> message{};                                ///< the reason that the caller gives
};

struct NewStore;
struct Outcome;

/// A store with the day on which its rules are checked and the actor. Commands read it through a `View` and change it
/// through a `Write`, which enforce what the actor may see and change; mailing, backups and the creation of a store
/// authorize the actor themselves.
class Engine {
 public:
  /// Acts as `actor`, or with full rights if there is none.
  Engine(std::unique_ptr<Store> store, Day today, std::optional<std::string> actor = std::nullopt, Origin origin = {})
      : store_(std::move(store)), today_(today), actor_(std::move(actor)), origin_(std::move(origin)) {}

  Day today() const { return today_; }
  /// Sets the day of the next view or write, for a program that runs past midnight.
  void set_today(Day today) { today_ = today; }
  const std::optional<std::string>& actor() const { return actor_; }
  const Origin& origin() const { return origin_; }

  // What the next view or write reads first, so that a store on a server reads it in one round trip; Snapshot.
  void expect_path(const Path& path) { store_->expect_path(path); }
  void expect_user(std::string_view email) { store_->expect_user(email); }
  /// What the next write judges and changes; Store.
  void expect_write(const WriteScope& scope) { store_->expect_write(scope); }

  /// See StoreReader.
  std::optional<std::int64_t> find_change_counter() { return store_->find_change_counter(); }

  /// Throws if the store cannot be written, without keeping it locked.
  void require_writable() { store_->require_writable(); }

 private:
  friend class View;
  friend class Write;
  friend class MailRun;
  friend Outcome init_store(const NewStore& wanted);
  friend std::int64_t back_up(Engine& engine, const std::string& file, DryRun dry_run, const ReportProgress& report);

  /// Returns the store for a transaction, which will read the memberships of the actor.
  Store& store_with_actor() {
    if (actor_) store_->expect_user(*actor_);
    return *store_;
  }

  std::unique_ptr<Store> store_;
  Day today_;
  std::optional<std::string> actor_;
  Origin origin_;
};

}  // namespace allot
