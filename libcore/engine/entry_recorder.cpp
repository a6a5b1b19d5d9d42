#include "libcore/engine/entry_recorder.hpp"

#include <algorithm>

#include "libcore/engine/entry_text.hpp"

namespace allot {
namespace {

constexpr std::size_t kGroupsTold = 1000;

/// The row at the end of the way in a line of an entry's content; 0 where it has none.
GroupId group_of_line(std::string_view line) {
  const std::size_t start = line.find('\t') + 1;
  const std::string_view way = line.substr(start, line.find('\t', start) - start);
  const std::string_view last = way.substr(way.rfind('.') + 1);
  GroupId group = 0;
  for (const char digit : last) group = group * 10 + (digit - '0');
  return group;
}

}  // namespace

void EntryRecorder::note_made(GroupId group, GroupId parent) {
  first_fresh_ = std::min(first_fresh_, group);
  if (parent < first_fresh_ && marked_.insert(parent).second) {
    const std::vector<GroupId> way = way_to(parent);
    touch(way);
    if (leaves_out_) append_mark(way, content_);
  }
  if (leaves_out_) return;
  know(group, parent);
  if (++made_ > kGroupsTold) leave_out();
}

/// Drops what was told of groups that were just made.
void EntryRecorder::leave_out() {
  leaves_out_ = true;
  std::string kept;
  std::string_view rest = content_;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n') + 1);
    if (group_of_line(line) < first_fresh_) kept += line;
    rest.remove_prefix(line.size());
  }
  content_ = std::move(kept);
  for (const GroupId parent : marked_) append_mark(way_to(parent), content_);
}

void EntryRecorder::add(Change change, GroupId group, const Catalogue& catalogue) {
  if (const auto* before = std::get_if<GroupState>(&change.before); before != nullptr && before->parent != 0) {
    touch(way_to(before->parent));
  }
  if (const auto* after = std::get_if<GroupState>(&change.after)) know(group, after->parent);
  if (group != 0) change.way = way_to(group);
  touch(change.way);
  append_change(change, catalogue, content_);
}

std::vector<GroupId> EntryRecorder::way_to(GroupId group) {
  std::vector<GroupId> way;
  for (GroupId id = group; id != 0;) {
    way.push_back(id);
    const auto known = parents_.find(id);
    if (known != parents_.end()) {
      id = known->second;
      continue;
    }
    const auto row = store_.find_group(id);
    const GroupId parent = row ? row->parent : 0;
    know(id, parent);
    id = parent;
  }
  std::reverse(way.begin(), way.end());
  return way;
}

void EntryRecorder::touch(const std::vector<GroupId>& way) {
  for (const GroupId group : way) {
    if (group != kRootGroup && group < first_fresh_) places_.insert(group);
  }
}

}  // namespace allot
