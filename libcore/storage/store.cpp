#include "libcore/storage/store.hpp"

#include <algorithm>

#include "libcore/base/error.hpp"

namespace allot {
namespace {

/// The number of groups that are announced together.
constexpr std::size_t kPiece = 1000;

}  // namespace

void StoreReader::for_each_announced(const std::vector<GroupId>& groups,
                                     const std::function<void(std::size_t)>& visit) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i % kPiece == 0) {
      const auto first = groups.begin() + static_cast<std::ptrdiff_t>(i);
      expect_groups({first, first + static_cast<std::ptrdiff_t>(std::min(kPiece, groups.size() - i))});
    }
    visit(i);
  }
}

void StoreReader::for_figures_of(const std::vector<GroupId>& groups,
                                 const std::function<void(std::size_t, const Figures&)>& visit) {
  for_each_announced(groups, [&](std::size_t i) { visit(i, figures_of(groups[i])); });
}

Store::Transaction::Transaction(Store& store, Kind kind) : store_(store), is_inner_(store.depth_ > 0) {
  if (!is_inner_) {
    store_.write_ = {};
    store_.begin(kind);
    if (kind == Kind::write) {
      try {
        store_.write_.revision = store_.revision() + 1;
      } catch (...) {
        store_.roll_back();
        throw;
      }
    }
    if (store_.write_.revision == 1) store_.write_.created.add(kRootGroup);  // the first write creates the company
  } else if (kind == Kind::write) {
    store_.begin_trial();
    around_ = std::make_unique<WriteState>(std::move(store_.write_));
    store_.write_ = {};
    store_.write_.revision = around_->revision + 1;
    store_.write_.next_group = around_->next_group;
  }
  ++store_.depth_;
}

Store::Transaction::~Transaction() {
  if (!is_open_) return;
  --store_.depth_;
  if (!is_inner_) {
    store_.roll_back();
  } else if (around_) {
    store_.undo_trial();
    store_.write_ = std::move(*around_);
  }
}

void Store::Transaction::commit() {
  if (around_) throw Error::internal("a write inside another one can only be given up");
  try {
    if (!is_inner_) store_.commit();
  } catch (const Error&) {
    if (!store_.is_open()) end();
    throw;
  }
  end();
}

void Store::Transaction::end() {
  is_open_ = false;
  --store_.depth_;
}

}  // namespace allot
