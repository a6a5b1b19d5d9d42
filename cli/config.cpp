#include "cli/config.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/document/document.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{64} * 1024;

Problem problem_at(const std::string& file, const YAML::Mark& mark, std::string message) {
  const bool is_known = mark.line >= 0 && mark.column >= 0;
  return {file, is_known ? static_cast<std::size_t>(mark.line) + 1 : 1,
          is_known ? static_cast<std::size_t>(mark.column) + 1 : 1, std::move(message)};
}

/// The text of a configuration file; `is_named` says that it was asked for and so has to be there.
std::optional<std::string> read_text(const fs::path& file, bool is_named) {
  std::error_code failure;
  const fs::file_status status = fs::status(file, failure);
  if (!fs::exists(status) && !is_named) return std::nullopt;
  if (fs::is_directory(status)) {
    throw Error::invalid_input(fmt::format("the configuration {} is a folder", quote(file.string())));
  }
  std::ifstream stream{file, std::ios::binary};
  std::string text(kLargestFile + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (!stream.eof() && text.size() <= kLargestFile) {
    throw Error::invalid_input(fmt::format("the configuration {} cannot be read", quote(file.string())),
                               "check the file's name and permissions");
  }
  if (text.size() > kLargestFile) {
    throw Error::invalid_input(
        fmt::format("the configuration {} is larger than {} bytes", quote(file.string()), kLargestFile));
  }
  return text;
}

/// Reads one key of the configuration into `config`.
void read_key(const std::string& file, const YAML::Node& key, const YAML::Node& value, Config& config,
              std::vector<Problem>& problems) {
  const std::string name = key.IsScalar() ? key.Scalar() : "";
  if (name != "db") {
    const auto nearest = find_nearest(name, {"db"});
    problems.push_back(
        problem_at(file, key.Mark(),
                   fmt::format("unknown key {}{}", quote(name),
                               nearest ? fmt::format(", did you mean {}?", *nearest) : ", known is: db")));
  } else if (value.IsNull()) {
    return;
  } else if (!value.IsScalar() || value.Scalar().empty()) {
    problems.push_back(problem_at(file, value.Mark(), "db takes the path of the store"));
  } else {
    const fs::path path{value.Scalar()};
    config.db = (path.is_absolute() ? path : fs::path{file}.parent_path() / path).string();
  }
}

/// `text` as an input; yaml-cpp lets some faults pass, such as a quote that is never closed.
Input input_of(const std::string& file, std::string_view text) {
  return {file, [rest = text](char* buffer, std::size_t size) mutable {
            const std::size_t count = rest.copy(buffer, size);
            rest.remove_prefix(count);
            return count;
          }};
}

Config parse_config(const std::string& file, const std::string& text) {
  check_syntax(input_of(file, text));
  std::vector<Problem> problems;
  Config config;
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsNull()) return config;
    if (!root.IsMap()) {
      problems.push_back(problem_at(file, root.Mark(), "the configuration is not a mapping of keys"));
      throw Error::invalid_input(problems, problems.size());
    }
    std::set<std::string> seen;
    for (const auto& entry : root) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (!seen.insert(name).second) {
        problems.push_back(problem_at(file, entry.first.Mark(), fmt::format("duplicate key {}", quote(name))));
      } else {
        read_key(file, entry.first, entry.second, config, problems);
      }
    }
  } catch (const YAML::Exception& failure) {
    problems.push_back(problem_at(file, failure.mark, failure.msg));
  }
  if (!problems.empty()) throw Error::invalid_input(problems, problems.size());
  return config;
}

}  // namespace

Config read_config(const Streams& streams, const std::optional<std::string>& named) {
  const auto from_variable = streams.find_variable("ALLOT_CONFIG");
  const bool has_variable = from_variable && !from_variable->empty();
  if (named || has_variable) {
    const std::string file = named ? *named : *from_variable;
    return parse_config(file, *read_text(file, true));
  }
  std::vector<fs::path> files;
  if (const auto home = streams.find_variable("HOME"); home && !home->empty()) {
    files.push_back(fs::path{*home} / ".config/allot/config.yaml");
  }
  files.emplace_back("/etc/allot/config.yaml");
  for (const fs::path& file : files) {
    if (const auto text = read_text(file, false)) return parse_config(file.string(), *text);
  }
  return {};
}

}  // namespace allot::cli
