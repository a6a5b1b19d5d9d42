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

/// An input that is open for reading, or the reason why it cannot be read.
struct OpenInput {
  std::string name;  ///< the name used in messages
  std::shared_ptr<std::istream> stream;
  std::string fault;
};

/// Reads `in` to its end; throws invalid_input if it is longer than `most` bytes or cannot be read.
std::shared_ptr<std::istream> hold_input(std::istream& in, const Streams& streams, std::size_t most);

/// Opens the file `name`, or standard input for `-`. A regular file is opened, any other file is read to its end. A
/// file of the store is not opened. Throws usage if standard input is already in use.
OpenInput open_input(const std::string& name, Streams& streams, const StoreFiles& store);

/// Throws usage if standard input, needed `times` times, is already in use or needed more than once.
void require_untaken_input(const Streams& streams, std::size_t times = 1);

/// Whether reading `name` may block on its writer; such a file is read before the store is locked.
bool may_wait(const std::string& name, const Streams& streams);

/// The inputs of the lines of a batch that may block; they are read before the store is locked.
class HeldInputs {
 public:
  void add(const std::string& word, OpenInput input) { held_.emplace(word, std::move(input)); }

  /// Removes and returns the first input held for `word`.
  std::optional<OpenInput> take(const std::string& word);

 private:
  std::multimap<std::string, OpenInput> held_;
};

/// The inputs of an import, read on demand. An input with a fault throws when it is read.
class InputFiles {
 public:
  explicit InputFiles(std::vector<OpenInput> files);

  const std::vector<Input>& inputs() const { return inputs_; }

  /// Called with the bytes read so far and the total (0 if unknown).
  void set_report(std::function<void(std::uint64_t, std::uint64_t)> report) { *report_ = std::move(report); }

 private:
  using Report = std::function<void(std::uint64_t, std::uint64_t)>;

  std::vector<Input> inputs_;
  std::shared_ptr<Report> report_ = std::make_shared<Report>();
};

}  // namespace allot::cli
