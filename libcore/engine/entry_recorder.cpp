#include "libcore/engine/entry_recorder.hpp"

#include <algorithm>
#include <functional>

#include "libcore/engine/entry_text.hpp"
#include "libcore/engine/lookup.hpp"

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

void EntryRecorder::begin_whole() {
  is_stepwise_ = is_stepwise_ || !content_.empty();
  is_in_whole_ = true;
  has_whole_ = true;
}

bool EntryRecorder::is_stepwise() const { return is_stepwise_ || (has_place_change_ && (added_ > 1 || leaves_out_)); }

/// Finds out whether a change makes what was told before untrue.
void EntryRecorder::note(const Change& change) {
  ++added_;
  has_place_change_ = has_place_change_ || (change.what == What::catalog && change.op == Op::remove);
  if (is_in_whole_) return;
  is_stepwise_ = is_stepwise_ || has_whole_;
  const auto* before = std::get_if<GroupState>(&change.before);
  const auto* after = std::get_if<GroupState>(&change.after);
  if (before != nullptr && after != nullptr) {
    has_place_change_ = has_place_change_ || before->path != after->path || before->parent != after->parent;
  }
  for (const ThingKey& key : keys_of(change)) {
    const std::size_t where = std::hash<std::int64_t>{}(key.group * 4 + static_cast<std::int64_t>(key.what));
    const std::size_t hash = std::hash<std::string>{}(key.name) ^ (where * 0x9E3779B97F4A7C15U);
    is_stepwise_ = !noted_.insert(hash).second || is_stepwise_;
  }
}

void EntryRecorder::replace(const ToldChanges& told, const Catalogue& catalogue) {
  content_.clear();
  places_.clear();
  touch(told.places);
  for (const Change& change : told.changes) append_change(change, catalogue, content_);
  if (leaves_out_) mark_anew();
}

/// Marks the groups below which groups are that were made and not told of.
void EntryRecorder::mark_anew() {
  marked_.clear();
  const GroupId end = store_.next_group();
  bool has_any = false;
  for (GroupId id = first_fresh_; id < end; ++id) {
    const auto group = store_.find_group(id);
    has_any = has_any || group.has_value();
    if (!group || is_made(group->parent) || !marked_.insert(group->parent).second) continue;
    const std::vector<GroupId> way = allot::way_to(store_, group->parent);
    touch(way);
    append_mark(way, content_);
  }
  leaves_out_ = has_any;
}

void EntryRecorder::add(Change change, GroupId group, const Catalogue& catalogue) {
  if (const auto* before = std::get_if<GroupState>(&change.before); before != nullptr && before->parent != 0) {
    touch(way_to(before->parent));
  }
  if (const auto* after = std::get_if<GroupState>(&change.after)) know(group, after->parent);
  if (group != 0 && change.way.empty()) change.way = way_to(group);
  note(change);
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

}  // namespace allot
