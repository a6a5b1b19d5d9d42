#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace allot {

/// A text of up to 255 bytes in a TextArena, in the space of one pointer; empty unless created by an arena.
class ShortText {
 public:
  static constexpr std::size_t kMostBytes = 255;

  ShortText() = default;

  std::string_view view() const {
    if (place_ == nullptr) return {};
    return {place_ + 1, static_cast<unsigned char>(*place_)};
  }
  operator std::string_view() const { return view(); }
  bool empty() const { return view().empty(); }

  friend bool operator==(ShortText a, ShortText b) { return a.view() == b.view(); }
  friend bool operator==(ShortText a, std::string_view b) { return a.view() == b; }

 private:
  friend class TextArena;
  explicit ShortText(const char* place) : place_(place) {}

  const char* place_ = nullptr;  // a length byte, then the text
};

/// Stores many short texts in a few large blocks; the returned views are valid as long as the arena.
class TextArena {
 public:
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) grow(text.size());
    char* const place = next_;
    std::memcpy(place, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {place, text.size()};
  }

  /// Stores a name or e-mail; of a longer text the first `ShortText::kMostBytes` are kept.
  ShortText keep_short(std::string_view text) {
    if (text.empty()) return {};
    text = text.substr(0, ShortText::kMostBytes);
    if (text.size() + 1 > left_) grow(text.size() + 1);
    char* const place = next_;
    *place = static_cast<char>(text.size());
    std::memcpy(place + 1, text.data(), text.size());
    next_ += text.size() + 1;
    left_ -= text.size() + 1;
    return ShortText{place};
  }

  /// Removes all texts; keeps one block for reuse.
  void clear() {
    if (blocks_.empty()) return;
    blocks_.resize(1);
    next_ = blocks_.front().get();
    left_ = kBlock;  // every block is at least this large
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{64} * 1024;

  void grow(std::size_t wanted) {
    const std::size_t size = wanted > kBlock ? wanted : kBlock;
    blocks_.push_back(std::make_unique<char[]>(size));
    next_ = blocks_.back().get();
    left_ = size;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace allot
