#pragma once

#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/store_files.hpp"
#include "cli/streams.hpp"
#include "libcore/document/document.hpp"

namespace allot::cli {

/// An input, open for reading, or why it cannot be read.
struct OpenInput {
  std::string name;  ///< as messages have it
  std::shared_ptr<std::istream> stream;
  std::string fault;
};

/// All of `in`, which is read to its end; throws invalid_input where it is longer than `most` bytes or cannot be read.
std::shared_ptr<std::istream> hold_input(std::istream& in, const Streams& streams, std::size_t most);

/// The file `name`, or standard input where it is `-`: a regular file is open, anything else is read to its end. A file
/// of the store is not opened. Throws usage where standard input was taken already.
OpenInput open_input(const std::string& name, Streams& streams, const StoreFiles& store);

/// Throws usage where standard input, to be read so many times, was taken already or is read twice.
void require_untaken_input(const Streams& streams, std::size_t times = 1);

/// Whether reading `name` may wait for whoever writes it, so that it is read before the store is locked.
bool may_wait(const std::string& name, const Streams& streams);

/// What the lines of a batch read that may have to be waited for: it is read before the store is locked.
class HeldInputs {
 public:
  void add(const std::string& word, OpenInput input) { held_.emplace(word, std::move(input)); }

  /// The first of those held for `word`, once.
  std::optional<OpenInput> take(const std::string& word);

 private:
  std::multimap<std::string, OpenInput> held_;
};

/// Several open inputs as those of an import, which are read as they are needed; one with a fault throws it then.
class InputFiles {
 public:
  explicit InputFiles(std::vector<OpenInput> files);

  const std::vector<Input>& inputs() const { return inputs_; }

  /// Called with the bytes read so far and their sum (0 where it is not known).
  void set_report(std::function<void(std::uint64_t, std::uint64_t)> report) { *report_ = std::move(report); }

 private:
  using Report = std::function<void(std::uint64_t, std::uint64_t)>;

  std::vector<Input> inputs_;
  std::shared_ptr<Report> report_ = std::make_shared<Report>();
};

}  // namespace allot::cli
