#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "libcore/base/day.hpp"
#include "libcore/engine/outcome.hpp"
#include "libcore/store/store.hpp"

namespace allot {

/// How long a command waits for another process's lock unless it is told otherwise.
inline constexpr std::chrono::milliseconds kDefaultWait{10'000};

struct NewStore;

/// A store together with the day by which its rules are judged and the one who is acted as: what every command works
/// on. Nothing of the store is reached but through a `View` or a `Write`, which show what the actor may see.
class Engine {
 public:
  /// Acts as `actor`, or with full rights where nobody is named.
  Engine(Store store, Day today, std::optional<std::string> actor = std::nullopt)
      : store_(std::move(store)), today_(today), actor_(std::move(actor)) {}

  Day today() const { return today_; }
  const std::optional<std::string>& actor() const { return actor_; }

 private:
  friend class View;
  friend class Write;
  friend Outcome init_store(const NewStore& wanted);

  Store store_;
  Day today_;
  std::optional<std::string> actor_;
};

}  // namespace allot
