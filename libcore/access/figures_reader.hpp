#pragma once

#include <unordered_map>

#include "libcore/storage/snapshot.hpp"

namespace allot {

/// Reads the figures of groups in a snapshot. Figures that changed since the snapshot are computed from the row
/// versions of the groups that draw on the group. A reserved child contributes its limit, so nothing below it is read.
class FiguresReader {
 public:
  /// `rows` must outlive it.
  explicit FiguresReader(Snapshot& rows) : rows_(rows) {}

  /// Returns the figures of a group; the reference is valid until the reader forgets them.
  const Figures& of(GroupId group) { return of(group, 0); }

  /// Forgets the figures of a group that are not needed again, so that a walk does not keep those of all groups.
  void forget(GroupId group) { known_.erase(group); }

 private:
  const Figures& of(GroupId group, std::size_t depth);
  Figures compute(GroupId group, std::size_t depth);

  Snapshot& rows_;
  std::unordered_map<GroupId, Figures> known_;
};

}  // namespace allot
