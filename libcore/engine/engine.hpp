#pragma once

#include <chrono>
#include <utility>

#include "libcore/base/day.hpp"
#include "libcore/engine/outcome.hpp"
#include "libcore/store/store.hpp"

namespace allot {

/// How long a command waits for another process's lock unless it is told otherwise.
inline constexpr std::chrono::milliseconds kDefaultWait{10'000};

/// A store together with the day by which its rules are judged: what every command works on.
class Engine {
 public:
  Engine(Store store, Day today) : store_(std::move(store)), today_(today) {}

  Store& store() { return store_; }
  Day today() const { return today_; }

 private:
  Store store_;
  Day today_;
};

}  // namespace allot
