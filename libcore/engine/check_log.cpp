#include "libcore/engine/check_log.hpp"

#include <fmt/format.h>

#include <set>

#include "libcore/engine/net_changes.hpp"

namespace allot {
namespace {

constexpr std::size_t kEntriesRead = 2000;

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
    for (const std::int64_t revision : revisions) compare(*store_.find_entry(revision));
  }

 private:
  void report(std::string message) { faults_.add("log", "", std::move(message)); }

  void compare(const StoredEntry& entry) {
    Catalogue catalogue = store_.catalogue();
    EntryContent content;
    try {
      content = read_content(entry.content, catalogue);
    } catch (const Error& error) {
      return report(fmt::format("revision {}: {}", entry.revision, error.message()));
    }
    for (const auto& [key, change] : net_of(content.changes)) {
      if (!seen_.insert(key).second || is_same_state(state_now(store_, key), change.after)) continue;
      faults_.add("log", change.path, fmt::format("{} is not as revision {} left it", describe(key), entry.revision));
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
      case What::catalog:
        break;
    }
    return "the catalogue's " + key.name;
  }

  Store& store_;
  Faults& faults_;
  std::set<ThingKey> seen_;
};

}  // namespace

void check_log(Store& store, Faults& faults) { LogCheck{store, faults}.run(); }

}  // namespace allot
