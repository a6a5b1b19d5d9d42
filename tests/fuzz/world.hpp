#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace allot::fuzz {

/// Aborts the process as a finding, with the violated property, unless it `holds`.
void require(bool holds, std::string_view promise);

/// The path of `name` in a folder of this process; the folder is removed at the end of the process.
std::string path_of(std::string_view name);

/// Replaces the content of the file `path`.
void write_file(const std::string& path, std::string_view bytes);
std::string read_file(const std::string& path);

/// The result of a command.
struct Answer {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs a command line in this process, with streams in memory and on the fixed day of the seeds; requires a documented
/// exit status other than that of an internal error.
Answer run(const std::vector<std::string>& words, std::string_view input = {},
           const std::map<std::string, std::string>& variables = {});

/// The store to start from.
enum class Seed {
  small,  ///< a dozen groups with all kinds of data
  wide,   ///< more than 300 groups created and changed at once, with packed log entries
  large,  ///< more groups created at once than a log entry lists
};

/// The bytes of a valid store, created once by the program itself.
const std::string& seed_store(Seed seed);

/// Values from the bytes of an input; zeros after their end.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool is_at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  /// A number of `width` bytes.
  std::uint64_t number(int width) {
    std::uint64_t value = 0;
    for (int i = 0; i < width; ++i) value = value << 8 | byte();
    return value;
  }

  /// A number below `end`, which is not 0.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(number(end > 256 ? 2 : 1)) % end; }

  std::string_view text(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  /// The bytes before the next `end`, which is consumed too; all remaining bytes if there is no `end`.
  std::string_view until(char end) {
    const std::size_t at = rest_.find(end);
    const std::string_view taken = rest_.substr(0, at);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + 1);
    return taken;
  }

 private:
  std::string_view rest_;
};

}  // namespace allot::fuzz
