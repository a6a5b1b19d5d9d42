#include "libcore/document/problems.hpp"

#include <fmt/format.h>

#include <iterator>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot {

void Problems::add_duplicate(std::string_view key, const Mark& mark, const Mark& first) {
  add(mark, [&] { return fmt::format("duplicate key {}; it came before at {}", quote(key), place_of(first)); });
}

std::string Problems::place_of(const Mark& mark) const {
  if (mark.column == 0) return fmt::format("{}:{}", files_[mark.file], mark.line);
  return fmt::format("{}:{}:{}", files_[mark.file], mark.line, mark.column);
}

void Problems::throw_if_any() const {
  if (total_ == 0) return;
  std::vector<Problem> listed;
  listed.reserve(kept_.size());
  for (const auto& [place, message] : kept_) {
    const auto& [file, line, column] = place;
    listed.push_back({files_[file], line, column, message});
  }
  throw Error::invalid_input(std::move(listed), total_);
}

void Problems::keep(const Mark& mark, std::string message) {
  kept_.emplace(place(mark), std::move(message));
  if (kept_.size() > kListed) kept_.erase(std::prev(kept_.end()));
}

}  // namespace allot
