#pragma once

namespace allot::schema {

/// The SQL of schemas/sqlite, embedded by the build.
extern const char* const kTables;
extern const char* const kIndexes;

/// The application id in SQLite's header, which identifies a store: `allo` in ASCII.
inline constexpr int kApplicationId = 0x616C6C6F;

/// The version of the schema that this program reads and writes.
inline constexpr int kVersion = 1;

/// The draft of that version before allot 0.9.0; it is incremented whenever the files of the schema change.
inline constexpr int kDraft = 3;

/// The largest schema version that builds before the first draft used.
inline constexpr int kNewestOfEarlierBuilds = 3;

}  // namespace allot::schema
