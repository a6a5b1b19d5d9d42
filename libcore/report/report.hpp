#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "libcore/query/view.hpp"

namespace allot {

/// The most groups that a report holds, and the most months that its time axes cover.
inline constexpr std::size_t kMostReportGroups = 20'000;
inline constexpr int kMostReportMonths = 120;

/// What a report covers: the day that it shows, the months of its time axes from that day on, the levels below each
/// root (all if there is no number), and the actor that it names as its reader.
struct ReportOptions {
  Day day;
  int months = 24;
  std::optional<std::size_t> depth;
  std::optional<std::string> reader;
};

/// A counted resource in a group.
struct ReportCount {
  /// The limit as shown and the usage from a day on.
  struct Step {
    Day from;
    std::optional<std::int64_t> limit;
    std::int64_t used = 0;
  };

  std::optional<std::int64_t> limit;  ///< nothing if unlimited
  std::int64_t used = 0;
  std::optional<std::int64_t> remaining;
  std::optional<std::int64_t> available;
  bool is_blocked = false;
  std::int64_t own_limit = 0;  ///< of its own licences: on the day or, if that is 0, the largest of any day
  std::vector<Step> steps;     ///< the steps of the window, the first on the day
};

/// The limit of a resource (1 and 0 for a feature) on the last day of a licence and on the day after.
struct ReportChange {
  Item item;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
};

/// A licence with its last day in force, if it ends, and what changes in its group after it.
struct ReportLicense {
  License license;
  Status status = Status::active;
  std::optional<Day> last;
  std::vector<ReportChange> changes;
};

/// A group at or above another one that blocks items in it.
struct ReportBlock {
  std::string by;             ///< its path, or `above`
  bool is_in_report = false;  ///< whether `by` is a group of the report
  BlockReason reason = BlockReason::suspended;
  std::optional<Day> date;
  std::vector<Item> items;
  bool is_of_all = false;   ///< whether every item of the catalogue is blocked
  bool is_notable = false;  ///< whether it takes something away, or keeps something from use

  bool has(const Item& item) const { return std::find(items.begin(), items.end(), item) != items.end(); }
};

/// A feature that is enabled in a group.
struct ReportFeature {
  FeatureId id = 0;
  std::optional<Day> until;
};

/// A group of a report.
struct ReportGroup {
  std::string path;
  std::string name;  ///< its path if it is a root of the report
  std::size_t depth = 0;
  std::optional<std::size_t> parent;  ///< the index of its parent; nothing for a root
  GroupTraits traits;
  std::int64_t children = 0;
  std::int64_t members = 0;
  std::string limited_by;           ///< the path of the nearest restricted group; empty if unlimited
  std::vector<ReportCount> counts;  ///< for each counted resource
  std::vector<ReportFeature> features;
  std::vector<ReportLicense> licenses;
  std::vector<ReportBlock> blocks;

  bool is_restricted() const { return traits.restriction != Restriction::none; }
  /// Returns whether at most a tenth of a limit of its own remains.
  bool is_near(ResourceId id) const;
  bool is_near() const;
  /// Returns whether a notable block is on `item`, or on any item.
  bool is_notably_blocked(const Item& item) const;
  bool is_notably_blocked() const;
};

/// The groups of a report in path order, and what they are measured by.
struct Report {
  ReportOptions options;
  Period window;  ///< the days of the time axes
  Catalogue catalogue;
  std::vector<ReportGroup> groups;
  std::vector<ResourceId> resources;  ///< those that any group has or uses, in the order of the catalogue
};

/// Reads the groups at and below `roots`, down to the depth of `options`; throws not_found for more than
/// kMostReportGroups.
Report read_report(View& view, const std::vector<Path>& roots, const ReportOptions& options);

/// Writes `report` as one HTML page that needs no other file.
void write_report(const Report& report, std::ostream& out);

}  // namespace allot
