#include "libcore/engine/check_log.hpp"

#include <fmt/format.h>

#include <set>

#include "libcore/engine/net_changes.hpp"

namespace allot {
namespace {

constexpr std::size_t kEntriesRead = 2000;
constexpr std::size_t kChangesRead = 200'000;

/// Compares the store with entries of its log, the newest first.
class LogCheck {
 public:
  LogCheck(Store& store, Faults& faults) : store_(store), faults_(faults) {}

  void run() {
    std::int64_t expected = store_.revision();
    std::vector<std::int64_t> revisions;
    store_.for_each_entry([&](StoredEntry&& entry) {
      if (entry.revision != expected) report(fmt::format("revision {} is missing", expected));
      expected = entry.revision - 1;
      revisions.push_back(entry.revision);
      return revisions.size() < kEntriesRead;
    });
    if (revisions.size() < kEntriesRead && expected > store_.logged_from()) {
      report(fmt::format("revision {} is missing", expected));
    }
    for (const std::int64_t revision : revisions) {
      if (read_ < kChangesRead) compare(*store_.find_entry(revision));
    }
  }

 private:
  void report(std::string message) { faults_.add("log", "", std::move(message)); }

  void compare(const StoredEntry& entry) {
    try {
      Catalogue catalogue = store_.catalogue();
      const std::vector<std::string_view> lines = lines_of(entry.content);
      for (auto line = lines.rbegin(); line != lines.rend() && read_ < kChangesRead; ++line, ++read_) {
        if (const auto change = read_change(*line, catalogue)) compare(*change, entry.revision);
      }
    } catch (const Error& error) {
      report(fmt::format("revision {}: {}", entry.revision, error.message()));
    }
  }

  /// Compares what a change left with what is there, unless a newer change of the same thing was compared.
  void compare(const Change& change, std::int64_t revision) {
    const std::vector<ThingKey> keys = keys_of(change);
    for (const ThingKey& key : keys) {
      const bool is_left_as_told = key == keys.back() && change.op != Op::remove;
      const ItemState left = is_left_as_told ? change.after : ItemState{};
      if (!seen_.insert(key).second || is_same_state(state_now(store_, key), left)) continue;
      faults_.add("log", change.path, fmt::format("{} is not as revision {} left it", describe(key), revision));
    }
  }

  static std::string describe(const ThingKey& key) {
    switch (key.what) {
      case What::group:
        return "the group";
      case What::license:
        return "the license " + key.name;
      case What::membership:
        return "the user " + key.name;
      case What::mail_template:
        return "the template " + key.name;
      case What::catalog:
        break;
    }
    return "the catalogue's " + key.name;
  }

  Store& store_;
  Faults& faults_;
  std::set<ThingKey> seen_;
  std::size_t read_ = 0;  // changes
};

}  // namespace

void check_log(Store& store, Faults& faults) { LogCheck{store, faults}.run(); }

}  // namespace allot
