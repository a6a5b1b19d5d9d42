#pragma once

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace allot {

/// A table whose rows never move. It grows in blocks, because growing a vector of a million rows would touch three
/// times the memory; the blocks are larger than those of std::deque, which would allocate for every few rows.
template <typename T>
class Rows {
 public:
  template <typename Table, typename Row>
  class Walk {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = Row*;
    using reference = Row&;

    Walk() = default;
    Walk(Table* table, std::size_t at) : table_(table), at_(at) {}

    reference operator*() const { return (*table_)[at_]; }
    pointer operator->() const { return &(*table_)[at_]; }
    Walk& operator++() {
      ++at_;
      return *this;
    }
    Walk operator++(int) {
      Walk before = *this;
      ++at_;
      return before;
    }
    bool operator==(const Walk&) const = default;

   private:
    Table* table_ = nullptr;
    std::size_t at_ = 0;
  };
  using iterator = Walk<Rows, T>;
  using const_iterator = Walk<const Rows, const T>;

  std::size_t size() const { return size_; }

  /// Removes all rows and frees their memory.
  void clear() {
    blocks_.clear();
    size_ = 0;
  }
  bool empty() const { return size_ == 0; }

  T& operator[](std::size_t row) { return blocks_[row / kBlock][row % kBlock]; }
  const T& operator[](std::size_t row) const { return blocks_[row / kBlock][row % kBlock]; }

  template <typename... Args>
  T& emplace_back(Args&&... args) {
    if (size_ % kBlock == 0) {
      blocks_.emplace_back();
      blocks_.back().reserve(kBlock);
    }
    T& row = blocks_.back().emplace_back(std::forward<Args>(args)...);
    ++size_;
    return row;
  }
  void push_back(T row) { emplace_back(std::move(row)); }

  iterator begin() { return {this, 0}; }
  iterator end() { return {this, size_}; }
  const_iterator begin() const { return {this, 0}; }
  const_iterator end() const { return {this, size_}; }

 private:
  static constexpr std::size_t kBlock = 256;

  std::vector<std::vector<T>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace allot
