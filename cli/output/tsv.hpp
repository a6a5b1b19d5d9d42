#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace allot::cli {

/// Writes records for scripts: one a line, tabs between the fields, no titles.
class TsvWriter {
 public:
  explicit TsvWriter(std::ostream& out) : out_(out) {}

  /// Writes one record; in a field tab, newline, carriage return and backslash become `\t`, `\n`, `\r` and `\\`, each
  /// byte of another control character or of broken UTF-8 `\xNN`.
  void write(const std::vector<std::string>& fields);

 private:
  std::ostream& out_;
  std::string line_;
};

}  // namespace allot::cli
