#include "libcore/query/check_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "libcore/history/entry_changes.hpp"

namespace allot {
namespace {

constexpr std::size_t kVersionsAtOnce = 1000;
constexpr std::size_t kEntriesRead = 2000;
constexpr std::int64_t kChangesRead = 10'000;  // of all of them

std::string describe(const ItemKey& key) {
  switch (key.what) {
    case What::group:
      return fmt::format("group {}", key.group);
    case What::license:
      return fmt::format("license {} of group {}", key.name, key.group);
    case What::membership:
      return fmt::format("user {} of group {}", key.name, key.group);
    case What::mail_template:
      return fmt::format("template {}", key.name);
    case What::catalog:
      break;
  }
  return fmt::format("catalogue entry {}", key.name);
}

class HistoryCheck {
 public:
  HistoryCheck(Store& store, Faults& faults)
      : store_(store),
        faults_(faults),
        pruned_(store.pruned_revision()),
        committed_(store.revision()),
        newest_(std::max(committed_, store.next_revision())) {}

  void run() {
    check_revisions();
    store_.for_each_misplaced_version(
        newest_, [&](const ItemKey& key, const char* fault) { report(fmt::format("{}: {}", describe(key), fault)); });
    check_beginnings();
    if (!entries_.empty()) places_ = store_.places_since(entries_.back().revision);
    std::int64_t budget = kChangesRead;
    for (const StoredEntry& entry : entries_) {
      if (entry.changes > budget) continue;
      budget -= entry.changes;
      try_entry(entry);
    }
  }

 private:
  void report(std::string message) { faults_.add("log", "", std::move(message)); }

  /// Checks that the log has an entry for every revision that was not pruned.
  void check_revisions() {
    std::int64_t expected = store_.revision();
    store_.for_each_entry([&](StoredEntry&& entry) {
      if (entry.revision != expected) report(fmt::format("revision {} is missing", expected));
      expected = entry.revision - 1;
      created_.emplace(entry.revision, entry.created);
      if (entries_.size() < kEntriesRead) entries_.push_back(std::move(entry));
      return true;
    });
    if (expected != pruned_) report(fmt::format("revision {} is missing", expected));
  }

  /// Checks that each version begins with an entry that created the row or replaced a version of it. An open write
  /// transaction has no entry yet.
  void check_beginnings() {
    std::vector<StoreReader::Version> versions;
    store_.for_each_version([&](const ItemKey& key, std::int64_t since) {
      if (since <= pruned_ || (since > committed_ && since <= newest_)) return;
      const auto created = created_.find(since);
      if (created != created_.end() && created->second.contains(key.group)) return;
      versions.push_back({key, since});
      if (versions.size() == kVersionsAtOnce) check_beginnings(std::exchange(versions, {}));
    });
    check_beginnings(versions);
  }

  void check_beginnings(const std::vector<StoreReader::Version>& versions) {
    if (versions.empty()) return;
    const std::vector<bool> beginnings = store_.have_beginnings(versions);
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (beginnings[i]) continue;
      const auto& [key, since] = versions[i];
      report(fmt::format("{}: no entry says that revision {} wrote it", describe(key), since));
    }
  }

  /// Checks an entry and reports errors that prevent the check.
  void try_entry(const StoredEntry& entry) {
    try {
      check_entry(entry);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::store) throw;
      report(fmt::format("revision {}: {}", entry.revision, error.what()));
    }
  }

  void check_entry(const StoredEntry& entry) {
    const Scope everything;
    EntryChanges changes{store_, entry.revision, entry.created, everything};
    std::set<GroupId> places;
    std::int64_t count = 0;
    const auto add_places = [&](TreeAt& tree, GroupId group) {
      for (; group != 0 && group != kRootGroup; group = tree.find(group).parent) {
        if (!entry.created.contains(group)) places.insert(group);
      }
    };
    changes.for_each_group([&](GroupId group, std::int64_t in_group) {
      count += in_group;
      add_places(changes.before(), group);
      add_places(changes.after(), group);
    });
    if (count != entry.changes) {
      report(fmt::format("revision {}: the count of changes is {}, the versions are {}", entry.revision, entry.changes,
                         count));
    }
    if (std::vector<GroupId>{places.begin(), places.end()} != places_[entry.revision]) {
      report(fmt::format("revision {} names other groups than those in which it changed something", entry.revision));
    }
  }

  StoreReader& store_;
  Faults& faults_;
  std::int64_t pruned_;
  std::int64_t committed_;                               // the last committed revision
  std::int64_t newest_;                                  // the revision of an open write transaction, if there is one
  std::vector<StoredEntry> entries_;                     // the newest
  std::unordered_map<std::int64_t, IdRanges> created_;   // the groups created by each entry
  std::map<std::int64_t, std::vector<GroupId>> places_;  // the places that entries name
};

}  // namespace

void check_history(Store& store, Faults& faults) { HistoryCheck{store, faults}.run(); }

}  // namespace allot
