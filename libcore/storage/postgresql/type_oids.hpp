#pragma once

namespace allot::pg_type {

// The Oids of the types in pg_type that allot uses; they never change.
inline constexpr unsigned kUnknown = 0;
inline constexpr unsigned kBool = 16;
inline constexpr unsigned kBytea = 17;
inline constexpr unsigned kInt8 = 20;
inline constexpr unsigned kInt2 = 21;
inline constexpr unsigned kInt4 = 23;
inline constexpr unsigned kText = 25;
inline constexpr unsigned kByteaArray = 1001;
inline constexpr unsigned kTextArray = 1009;
inline constexpr unsigned kInt8Array = 1016;

}  // namespace allot::pg_type
