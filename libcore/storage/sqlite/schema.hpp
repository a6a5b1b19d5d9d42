#pragma once

namespace allot::schema {

/// The SQL of schemas/sqlite, embedded at build.
extern const char* const kTables;
extern const char* const kIndexes;

/// What SQLite's header carries, so that a store is told from other files: `allo` in ASCII.
inline constexpr int kApplicationId = 0x616C6C6F;

/// The version of the schema that this program reads and writes.
inline constexpr int kVersion = 1;

/// Which draft of that version it is, before allot 0.9.0: it grows whenever the files of the schema change.
inline constexpr int kDraft = 1;

/// The versions above kVersion that builds before the first draft used.
inline constexpr int kNewestOfEarlierBuilds = 3;

}  // namespace allot::schema
