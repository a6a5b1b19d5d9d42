#include "cli/config.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/document/document.hpp"
#include "libcore/storage/server_location.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongestTimeout = 600;
constexpr std::size_t kLargestFile = std::size_t{64} * 1024;

Problem problem_at(const std::string& file, const YAML::Mark& mark, std::string message) {
  const bool is_known = mark.line >= 0 && mark.column >= 0;
  return {file, is_known ? static_cast<std::size_t>(mark.line) + 1 : 1,
          is_known ? static_cast<std::size_t>(mark.column) + 1 : 1, std::move(message)};
}

/// Reads a configuration file. `is_named`: the user named the file, so it must exist.
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

/// Reads the keys of a configuration and collects all faults.
class ConfigReader {
 public:
  explicit ConfigReader(std::string file) : file_(std::move(file)), folder_(fs::path{file_}.parent_path().string()) {}

  Config read(const YAML::Node& root) {
    Config config;
    config.file = file_;
    if (root.IsNull()) return config;
    if (!root.IsMap()) {
      problem(root, "the configuration is not a mapping of keys");
      return config;
    }
    for_each_key(root, {"db", "mail", "require-message", "max-removals", "language"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "db") {
                     read_db(value, config);
                   } else if (key == "require-message") {
                     read_require_message(value, config);
                   } else if (key == "max-removals") {
                     if (value.IsScalar()) config.max_removals = parse_removal_limit(value.Scalar());
                     if (!config.max_removals)
                       problem(value, "max-removals takes a number of items or a percentage from 0% to 100%");
                   } else if (key == "language") {
                     read_language(value, config);
                   } else if (value.IsMap()) {
                     read_mail(value, config.mail.emplace());
                   } else {
                     problem(value, "mail takes a mapping of keys");
                   }
                 });
    return config;
  }

  std::vector<Problem>& problems() { return problems_; }

 private:
  using VisitKey = std::function<void(const std::string&, const YAML::Node&)>;

  /// Calls `visit` for each known, unique key with a value.
  void for_each_key(const YAML::Node& mapping, const std::vector<std::string>& known, const VisitKey& visit) {
    std::set<std::string> seen;
    for (const auto& entry : mapping) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (!seen.insert(name).second) {
        problem(entry.first, fmt::format("duplicate key {}", quote(name)));
      } else if (std::find(known.begin(), known.end(), name) == known.end()) {
        const auto nearest = find_nearest(name, known);
        problem(entry.first, fmt::format("unknown key {}{}", quote(name),
                                         nearest ? fmt::format(", did you mean {}?", *nearest)
                                                 : fmt::format(", known are: {}", fmt::join(known, ", "))));
      } else if (!entry.second.IsNull()) {
        visit(name, entry.second);
      }
    }
  }

  void read_db(const YAML::Node& value, Config& config) {
    if (!value.IsScalar() || value.Scalar().empty()) return problem(value, "db takes the path of the store");
    if (is_server_location(value.Scalar())) return read_server(value, config);
    const fs::path path{value.Scalar()};
    config.db = (path.is_absolute() ? path : fs::path{folder_} / path).string();
  }

  void read_require_message(const YAML::Node& value, Config& config) {
    const std::string text = value.IsScalar() && value.Tag() != "!" ? value.Scalar() : "";
    if (text != "true" && text != "false") return problem(value, "require-message takes true or false");
    config.require_message = text == "true";
  }

  void read_language(const YAML::Node& value, Config& config) {
    if (!value.IsScalar()) return problem(value, "language takes two or three letters a-z, such as en or uk");
    if (const auto language = Language::parse(value.Scalar())) {
      config.language = *language;
    } else {
      problem(value, fmt::format("the language {} {}", quote(value.Scalar()), *find_fault_in_language(value.Scalar())));
    }
  }

  void read_server(const YAML::Node& value, Config& config) {
    // The URL is not shown, as it may have a password.
    if (const auto fault = find_fault_in_server_location(value.Scalar())) {
      return problem(value, fmt::format("the URL of the store {}", *fault));
    }
    config.db = value.Scalar();
  }

  void read_mail(const YAML::Node& mapping, MailSettings& mail) {
    const std::size_t before = problems_.size();
    mail.file = file_;
    for_each_key(mapping, {"from", "transport", "starttls", "user", "password-file", "timeout"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (!value.IsScalar()) return problem(value, fmt::format("{} takes a text", key));
                   const std::string& text = value.Scalar();
                   if (const auto fault = read_mail_key(key, text, mail)) {
                     problem(value, fmt::format("the {} {} {}", key, quote(text), *fault));
                   }
                 });
    if (problems_.size() > before) return;
    if (const auto fault = find_contradiction(mail)) problem(mapping, *fault);
  }

  std::optional<std::string> read_mail_key(const std::string& key, const std::string& text, MailSettings& mail) const {
    if (key == "from") return read_from(text, mail);
    if (key == "transport") return read_transport(text, folder_, mail);
    if (key == "starttls") {
      mail.starttls = text;
      const bool is_known = text == "required" || text == "offered" || text == "never";
      return is_known ? std::nullopt : std::optional<std::string>{"is not one of required, offered, never"};
    }
    if (key == "timeout") {
      const auto seconds = parse_number(text, kLongestTimeout);
      if (!seconds || *seconds == 0) return fmt::format("is not 1 to {} seconds", kLongestTimeout);
      mail.timeout = static_cast<int>(*seconds);
      return std::nullopt;
    }
    if (text.empty()) return "is empty";
    if (auto fault = find_fault_in_characters(text)) return fault;
    (key == "user" ? mail.user : mail.password_file) = text;
    return std::nullopt;
  }

  void problem(const YAML::Node& node, std::string message) {
    problems_.push_back(problem_at(file_, node.Mark(), std::move(message)));
  }

  std::string file_;
  std::string folder_;
  std::vector<Problem> problems_;
};

/// `text` as an input of the syntax check: yaml-cpp accepts some invalid input, such as an unterminated quote.
Input input_of(const std::string& file, std::string_view text) {
  return {file, [rest = text](char* buffer, std::size_t size) mutable {
            const std::size_t count = rest.copy(buffer, size);
            rest.remove_prefix(count);
            return count;
          }};
}

Config parse_config(const std::string& file, const std::string& text) {
  check_syntax(input_of(file, text));
  ConfigReader reader{file};
  Config config;
  try {
    config = reader.read(YAML::Load(text));
  } catch (const YAML::Exception& failure) {
    reader.problems().push_back(problem_at(file, failure.mark, failure.msg));
  }
  if (!reader.problems().empty()) throw Error::invalid_input(reader.problems(), reader.problems().size());
  return config;
}

/// The folder of the user's configuration files: XDG_CONFIG_HOME, which is ignored unless it is an absolute path, as
/// the XDG Base Directory Specification says; else ~/.config.
std::optional<fs::path> find_user_folder(const Streams& streams) {
  if (const auto folder = streams.find_variable("XDG_CONFIG_HOME"); folder && folder->starts_with('/')) return *folder;
  const auto home = streams.find_variable("HOME");
  return home && !home->empty() ? std::optional{fs::path{*home} / ".config"} : std::nullopt;
}

}  // namespace

void require_other_file(const std::string& file, const StoreFiles& store) {
  if (const auto found = store.find(file)) {
    throw Error::invalid_input(fmt::format("the configuration {} is {}", quote(file), *found));
  }
}

Config read_config(const Streams& streams, const std::optional<std::string>& named, const StoreFiles& store) {
  const auto from_variable = streams.find_variable("ALLOT_CONFIG");
  const bool has_variable = from_variable && !from_variable->empty();
  if (named || has_variable) {
    const std::string file = named ? *named : *from_variable;
    require_other_file(file, store);
    return parse_config(file, *read_text(file, true));
  }
  std::vector<fs::path> files;
  if (const auto folder = find_user_folder(streams)) files.push_back(*folder / "allot/config.yaml");
  files.emplace_back("/etc/allot/config.yaml");
  for (const fs::path& file : files) {
    require_other_file(file.string(), store);
    if (const auto text = read_text(file, false)) return parse_config(file.string(), *text);
  }
  return {};
}

}  // namespace allot::cli
