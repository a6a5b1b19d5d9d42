#pragma once

#include "libcore/storage/postgresql/connection.hpp"

namespace allot {

/// Returns whether the database has a store.
bool has_schema(PgConnection& connection);

/// Waits until no other transaction creates a store in the database, and lets none begin until the end of this one.
void lock_creation(PgConnection& connection);

/// Creates the schema `allot` with its tables, the row of `store`, the company and the built-in catalogue, in the open
/// transaction of PgAccess::schema. The schema belongs to the role allot_owner if there is one that the user is a
/// member of; allot_writer and allot_reader get their rights if they exist. Throws exists if there is a store.
void create_schema(PgConnection& connection);

/// Returns whether the user may change the schema, as the owner of its tables.
bool may_change_schema(PgConnection& connection);

/// Throws store if the database has no store that this program can use: no schema, a newer schema, another draft, or no
/// rights; returns otherwise. Requires an open transaction.
void inspect_schema(PgConnection& connection);

}  // namespace allot
