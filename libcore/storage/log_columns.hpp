#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/group_id.hpp"
#include "libcore/storage/id_ranges.hpp"

namespace allot {

// The stored forms of the columns of `log`; the readers throw store for values that allot never writes.

/// The maximum number of places of an entry that are stored as rows; the deepest path has 256 groups.
inline constexpr std::size_t kFewPlaces = 300;

/// The largest value of `log.via`.
inline constexpr std::int64_t kLastVia = 3;

/// `log.actor_groups`, such as `12 57`.
std::string write_groups(const std::vector<GroupId>& groups);
std::vector<GroupId> read_groups(std::string_view text);

/// `log.places`, sorted groups: each id minus the previous id, as a varint.
std::string write_places(const std::vector<GroupId>& places);
std::vector<GroupId> read_places(std::string_view blob);
/// Returns whether stored places contain a group.
bool has_place(std::string_view blob, GroupId group);

/// `log.created`: for each range its first id minus the end of the previous range, and its size, both as varints.
std::string write_ranges(const IdRanges& ids);
IdRanges read_ranges(std::string_view blob);

}  // namespace allot
