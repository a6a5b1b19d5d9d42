#pragma once

namespace allot::schema {

/// The SQL of schemas/store, embedded at build.
extern const char* const kTables;
extern const char* const kIndexes;
extern const char* const kLog;        ///< what version 2 adds
extern const char* const kReminders;  ///< what version 3 adds

/// What SQLite's header carries, so that a store is told from other files: `allo` in ASCII.
inline constexpr int kApplicationId = 0x616C6C6F;

/// The version of the schema that this program writes and the newest that it reads.
inline constexpr int kVersion = 3;

}  // namespace allot::schema
