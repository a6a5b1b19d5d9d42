#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "libcore/engine/outcome.hpp"
#include "libcore/model/chain.hpp"
#include "libcore/store/store.hpp"

namespace allot {

/// Gathers what one write changes into the content of its entry in the log. Of a write that makes thousands of groups
/// those are not told, as their rows say which they are.
class EntryRecorder {
 public:
  /// Of a write that begins now; `store` must outlive it.
  explicit EntryRecorder(Store& store) : store_(store) {}

  /// Whether a change of the group at that row (0: of the catalogue) is told.
  bool wants(GroupId group) const { return group < first_fresh_ || !leaves_out_; }

  /// Learns where groups are, so that it need not be asked for.
  void know(GroupId group, GroupId parent) { parents_[group] = parent; }

  void know(const Chain& chain) {
    for (std::size_t at = 0; at < chain.size(); ++at) know(chain[at].id, at > 0 ? chain[at - 1].id : 0);
  }

  /// Learns of a group that was just made.
  void note_made(GroupId group, GroupId parent);

  /// Adds a change of the group at that row.
  void add(Change change, GroupId group, const Catalogue& catalogue);

  const std::string& content() const { return content_; }
  /// The first row of the groups whose making is not told; nothing where all is told.
  std::optional<GroupId> left_out() const { return leaves_out_ ? std::optional{first_fresh_} : std::nullopt; }
  /// The groups at or below which something changed, in order, without the company and without those just made.
  std::vector<GroupId> places() const { return {places_.begin(), places_.end()}; }

 private:
  std::vector<GroupId> way_to(GroupId group);
  void touch(const std::vector<GroupId>& way);
  void leave_out();

  Store& store_;
  GroupId first_fresh_ = INT64_MAX;  // the first group that was made
  bool leaves_out_ = false;
  std::size_t made_ = 0;
  std::string content_;
  std::set<GroupId> places_;
  std::unordered_map<GroupId, GroupId> parents_;
  std::set<GroupId> marked_;  // groups of before below which groups were made
};

}  // namespace allot
