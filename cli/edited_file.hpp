#pragma once

#include <string>
#include <vector>

#include "cli/streams.hpp"

namespace allot::cli {

/// A text that a person edits: a file of mode 0600 in a folder of its own, below TMPDIR or /tmp. Both are removed when
/// the object is destroyed, unless the text is kept.
class EditedFile {
 public:
  /// Throws output if the file cannot be created.
  explicit EditedFile(const Streams& streams);
  ~EditedFile();
  EditedFile(const EditedFile&) = delete;
  EditedFile& operator=(const EditedFile&) = delete;

  const std::string& name() const { return name_; }

  /// Replaces the text; throws output.
  void write(const std::string& text);

  /// Returns the text; throws invalid_input if the file cannot be read or is larger than 1 GiB.
  std::string read() const;

  /// Keeps the file when the object is destroyed.
  void keep() { is_kept_ = true; }

 private:
  std::string folder_;
  std::string name_;
  bool is_kept_ = false;
};

/// Prints on standard error where the text is that is being edited, if there is one, when a signal ends the program:
/// the text is kept then. Async-signal-safe.
void name_edited_file() noexcept;

/// Returns `text` with comments for a person who is to correct it: `general` at the top, and the problems above their
/// lines.
std::string add_comments(const std::string& text, const std::vector<std::string>& general,
                         const std::vector<Problem>& problems);

/// Returns `text` without the lines that `add_comments` adds.
std::string remove_comments(const std::string& text);

}  // namespace allot::cli
