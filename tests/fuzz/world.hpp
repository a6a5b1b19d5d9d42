#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace allot::fuzz {

/// Ends the process as a finding, naming the promise that was broken, unless it `holds`.
void require(bool holds, std::string_view promise);

/// The path of `name` in a folder of this process, which is removed at its end.
std::string path_of(std::string_view name);

/// Replaces the file `path` by one with these bytes.
void write_file(const std::string& path, std::string_view bytes);
std::string read_file(const std::string& path);

/// What a command answered.
struct Answer {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs a command line in this process, on streams in memory and on the fixed day of the seeds; requires that its exit
/// status is documented and not that of a fault of allot.
Answer run(const std::vector<std::string>& words, std::string_view input = {},
           const std::map<std::string, std::string>& variables = {});

/// Which store to begin with.
enum class Seed {
  small,  ///< a dozen groups with a bit of everything
  wide,   ///< more than 300 groups made and changed at once, whose entries of the log are packed
  large,  ///< more groups made at once than an entry of the log tells of
};

/// The bytes of a valid store, made once by the program itself.
const std::string& seed_store(Seed seed);

/// Values out of the bytes of an input; zeros where they end.
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

  /// What comes before the next `end`, which is taken too; all that is left where there is none.
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
