#pragma once

#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "cli/file_name.hpp"
#include "libcore/document/document.hpp"

namespace allot::cli {

/// The file `name`, open for reading; throws invalid_input where it cannot be read.
std::shared_ptr<std::istream> open_input(const FileName& name);

/// All of `in`, in memory; throws invalid_input where it is longer than `most` bytes or cannot be read.
std::shared_ptr<std::istream> hold_input(std::istream& in, std::size_t most);

/// The files named on a command line, `-` for standard input, as inputs that are read as they are needed.
class InputFiles {
 public:
  /// Opens every file, `standard_input` being for `-`; the input of one that cannot be read throws invalid_input.
  InputFiles(const std::vector<FileName>& names, std::istream* standard_input);

  const std::vector<Input>& inputs() const { return inputs_; }

  /// Called with the bytes read so far and their sum (0 where it is not known).
  void set_report(std::function<void(std::uint64_t, std::uint64_t)> report) { *report_ = std::move(report); }

 private:
  using Report = std::function<void(std::uint64_t, std::uint64_t)>;

  std::vector<Input> inputs_;
  std::shared_ptr<Report> report_ = std::make_shared<Report>();
};

}  // namespace allot::cli
