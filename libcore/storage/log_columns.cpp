#include "libcore/storage/log_columns.hpp"

#include <algorithm>
#include <charconv>

#include "libcore/storage/varint.hpp"

namespace allot {

std::string write_groups(const std::vector<GroupId>& groups) {
  std::string text;
  for (const GroupId group : groups) {
    if (!text.empty()) text += ' ';
    text += std::to_string(group);
  }
  return text;
}

std::vector<GroupId> read_groups(std::string_view text) {
  std::vector<GroupId> groups;
  while (!text.empty()) {
    GroupId group = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), group);
    if (error != std::errc{}) throw Error::store("the store is damaged: an entry of the log cannot be read");
    groups.push_back(group);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  }
  return groups;
}

std::string write_places(const std::vector<GroupId>& places) {
  std::string blob;
  GroupId before = 0;
  for (const GroupId place : places) {
    put_varint(blob, static_cast<std::uint64_t>(place - before));
    before = place;
  }
  return blob;
}

std::vector<GroupId> read_places(std::string_view blob) {
  std::vector<GroupId> places;
  BlobReader reader{blob};
  GroupId place = 0;
  while (!reader.is_at_end()) {
    place = reader.varint_after(place);
    places.push_back(place);
  }
  return places;
}

bool has_place(std::string_view blob, GroupId group) {
  BlobReader reader{blob};
  GroupId place = 0;
  while (!reader.is_at_end() && place < group) place = reader.varint_after(place);
  return place == group;
}

std::string write_ranges(const IdRanges& ids) {
  std::string blob;
  GroupId before = 0;
  for (const IdRanges::Range& range : ids.ranges()) {
    put_varint(blob, static_cast<std::uint64_t>(range.first - before));
    put_varint(blob, static_cast<std::uint64_t>(range.end - range.first));
    before = range.end;
  }
  return blob;
}

IdRanges read_ranges(std::string_view blob) {
  IdRanges ids;
  BlobReader reader{blob};
  GroupId before = 0;
  while (!reader.is_at_end()) {
    const GroupId first = reader.varint_after(before);
    before = reader.varint_after(first);
    ids.add_range({first, before});
  }
  return ids;
}

}  // namespace allot
