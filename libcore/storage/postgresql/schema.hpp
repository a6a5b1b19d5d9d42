#pragma once

namespace allot::postgresql_schema {

/// The SQL of schemas/postgresql, embedded by the build.
extern const char* const kTables;
extern const char* const kIndexes;
extern const char* const kDropIndexes;
extern const char* const kGrants;

/// The version of the schema that this program reads and writes.
inline constexpr int kVersion = 1;

/// The draft of that version before allot 0.9.0; it is incremented whenever the files of the schema change.
inline constexpr int kDraft = 3;

}  // namespace allot::postgresql_schema
