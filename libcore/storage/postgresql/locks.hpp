#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "libcore/storage/postgresql/connection.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/snapshot.hpp"
#include "libcore/storage/write_scope.hpp"

namespace allot {

/// Returns a new key of a write: a random number.
std::int64_t new_write_key();

/// Queues a wait for the lock of a write's key, which the write keeps until its transaction ends.
void queue_key_lock(PgConnection& connection, std::int64_t key);

/// The locks of a write on a server: advisory locks, which are granted in the order of their requests. The write has a
/// shared lock on each reserved group above those that it may change, from `/` down, and then an exclusive lock on the
/// nearest reserved group, so nobody else changes anything in that group. `/` counts as reserved.
class WriteLocks {
 public:
  /// Queues the requests, which wait for `wait` in all. The scope must outlive the locks.
  WriteLocks(PgConnection& connection, const WriteScope& scope, std::chrono::milliseconds wait);

  /// Returns whether the locks are those that the scope needs with `rows`, which are read after the wait; a group may
  /// have been moved, renamed or made reserved meanwhile.
  bool are_current(Snapshot& rows);

  /// Returns whether they were refused, after an error.
  bool have_failed() const { return locked_ && !locked_->is_answered(); }

 private:
  const WriteScope& scope_;
  std::optional<PgQuery> locked_;  // nothing if there is nothing to lock
};

}  // namespace allot
