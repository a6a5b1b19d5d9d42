#pragma once

#include <string>

namespace allot {

/// Flushes an open file to the disk; returns false and sets errno on failure.
bool sync_file(int descriptor);

/// Flushes the names in a folder to the disk; returns false and sets errno on failure. Returns true if that is not
/// possible: the file system does not sync folders, or the folder is not readable.
bool sync_folder(const std::string& path);

}  // namespace allot
