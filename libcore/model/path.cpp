#include "libcore/model/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot {

Path Path::parse(std::string_view text) {
  if (text.empty())
    throw Error::usage("the group path is empty", "write / for the company, /north/tower-a for a group");
  std::string_view rest = text;
  if (rest.front() == '/') rest.remove_prefix(1);
  std::vector<std::string> names;
  if (rest.empty()) return Path{};
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (const auto fault = find_fault_in_name(name)) {
      const bool is_trailing = name.empty() && slash == std::string_view::npos;
      throw Error::usage(is_trailing ? fmt::format("group path {} ends with '/'", quote(text))
                                     : fmt::format("group path {}: the name {} {}", quote(text), quote(name), *fault));
    }
    names.emplace_back(name);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (names.size() > kMostNames) {
    throw Error::usage(fmt::format("group path {} has {} names, more than {}", quote(text), names.size(), kMostNames));
  }
  return Path{std::move(names)};
}

Path Path::parent() const {
  Path above = *this;
  if (!above.names_.empty()) above.names_.pop_back();
  return above;
}

Path Path::child(std::string name) const {
  Path below = *this;
  below.names_.push_back(std::move(name));
  return below;
}

Path Path::joined(const Path& below) const {
  Path path = *this;
  path.names_.insert(path.names_.end(), below.names_.begin(), below.names_.end());
  return path;
}

bool Path::contains(const Path& other) const {
  return depth() <= other.depth() && std::equal(names_.begin(), names_.end(), other.names_.begin());
}

std::string Path::to_string() const {
  if (names_.empty()) return "/";
  std::string text;
  for (const std::string& name : names_) {
    text += '/';
    text += name;
  }
  return text;
}

}  // namespace allot
