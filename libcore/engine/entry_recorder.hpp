#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "libcore/engine/outcome.hpp"
#include "libcore/engine/told_changes.hpp"
#include "libcore/model/chain.hpp"
#include "libcore/store/store.hpp"

namespace allot {

/// Gathers what one write changes into the content of its entry in the log. Of a write that makes thousands of groups
/// those are not told, as their rows say which they are.
class EntryRecorder {
 public:
  /// Of a write that begins now; `store` must outlive it.
  explicit EntryRecorder(Store& store) : store_(store) {}

  /// Whether the write made the group at that row.
  bool is_made(GroupId group) const { return group >= first_fresh_; }

  /// Whether a change of the group at that row (0: of the catalogue) is told.
  bool wants(GroupId group) const { return !is_made(group) || !leaves_out_; }

  /// Says that what is added from now on, until `end_whole`, is told as it should be unless the write does more: each
  /// thing once, with paths that hold before or after all of it, in an order in which it can be taken back.
  void begin_whole();
  void end_whole() { is_in_whole_ = false; }

  /// Says that a change of a group that the write made was not told, though it is no making.
  void note_untold_change() { is_stepwise_ = true; }

  /// Whether what was added may tell a thing twice, or by a path that did not last.
  bool is_stepwise() const;

  /// Tells `told` instead of all that was added.
  void replace(const ToldChanges& told, const Catalogue& catalogue);

  /// Learns where groups are, so that it need not be asked for.
  void know(GroupId group, GroupId parent) { parents_[group] = parent; }

  void know(const Chain& chain) {
    for (std::size_t at = 0; at < chain.size(); ++at) know(chain[at].id, at > 0 ? chain[at - 1].id : 0);
  }

  /// Learns of a group that was just made.
  void note_made(GroupId group, GroupId parent);

  /// Adds a change of the group at that row; where it has no `way`, that is where the group is now.
  void add(Change change, GroupId group, const Catalogue& catalogue);

  /// Adds groups at or below which something changed.
  template <typename Groups>
  void touch(const Groups& groups) {
    for (const GroupId group : groups) {
      if (group != kRootGroup && !is_made(group)) places_.insert(group);
    }
  }

  const std::string& content() const { return content_; }
  /// The first row of the groups whose making is not told; nothing where all is told.
  std::optional<GroupId> left_out() const { return leaves_out_ ? std::optional{first_fresh_} : std::nullopt; }
  /// The groups at or below which something changed, in order, without the company and without those just made.
  std::vector<GroupId> places() const { return {places_.begin(), places_.end()}; }

 private:
  std::vector<GroupId> way_to(GroupId group);
  void note(const Change& change);
  void leave_out();
  void mark_anew();

  Store& store_;
  GroupId first_fresh_ = INT64_MAX;  // the first group that was made
  bool leaves_out_ = false;
  std::size_t made_ = 0;
  std::string content_;
  std::set<GroupId> places_;
  std::unordered_map<GroupId, GroupId> parents_;
  std::set<GroupId> marked_;               // groups of before below which groups were made
  std::unordered_set<std::size_t> noted_;  // hashes of the things that were added
  std::size_t added_ = 0;
  bool is_stepwise_ = false;
  bool has_place_change_ = false;  // a group was moved or renamed, or an entry of the catalogue removed
  bool is_in_whole_ = false;
  bool has_whole_ = false;
};

}  // namespace allot
