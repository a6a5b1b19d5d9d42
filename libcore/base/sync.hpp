#pragma once

#include <string>

namespace allot {

/// Writes what was written to an open file to the disk; false, with errno, where that fails.
bool sync_file(int descriptor);

/// Writes the names in a folder to the disk; false, with errno, where that fails. Succeeds where nothing can be done:
/// the file system syncs no folders, or this one may be written and not read.
bool sync_folder(const std::string& path);

}  // namespace allot
