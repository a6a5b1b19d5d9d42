#pragma once

namespace allot::report_page {

// The templates of the page, from the files of this folder, with style, script and their hashes in place.
extern const char* const kHead;   ///< up to the rows of the table
extern const char* const kGroup;  ///< the rows of one group
extern const char* const kFoot;   ///< the rest

}  // namespace allot::report_page
