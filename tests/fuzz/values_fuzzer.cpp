// Reads any bytes as the packed values of a store: step functions and grants, and as these values in their columns.

#include "libcore/base/error.hpp"
#include "libcore/storage/grant_text.hpp"
#include "libcore/storage/location.hpp"
#include "tests/fuzz/sqlite_edits.hpp"
#include "tests/fuzz/world.hpp"

namespace {

using namespace allot;
using fuzz::require;

/// Runs `read`; a value that cannot be read must be reported as a damaged store.
template <typename Read>
void expect_damage_at_most(Read read) {
  try {
    read();
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::store, "a value that cannot be read is a damaged store");
  }
}

void read_counts_of(std::string_view text) {
  const Catalogue& catalogue = Catalogue::built_in();
  const Counts counts = read_counts(text, catalogue);
  for (ResourceId id = 0; id < catalogue.counted().size(); ++id) require(counts[id] >= 0, "no count is negative");
  require(read_counts(write_counts(counts, catalogue), catalogue) == counts, "counts are kept");
}

void read_features_of(std::string_view text) {
  const Catalogue& catalogue = Catalogue::built_in();
  const Features features = read_features(text, catalogue);
  require(read_features(write_features(features, catalogue), catalogue) == features, "features are kept");
}

/// A store; the row of figures of `/` is replaced for each input.
class FiguresColumn {
 public:
  FiguresColumn() {
    fuzz::write_file(path_, fuzz::seed_store(fuzz::Seed::small));
    sqlite3* opened = nullptr;
    require(sqlite3_open(path_.c_str(), &opened) == SQLITE_OK, "the harness has a store");
    sqlite3_exec(opened, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY", nullptr, nullptr, nullptr);
    sqlite3_prepare_v2(opened, "UPDATE figures SET allotted = ? WHERE group_id = 1", -1, &update_, nullptr);
  }

  Figures read(std::string_view blob) {
    sqlite3_bind_blob(update_, 1, blob.data() == nullptr ? "" : blob.data(), static_cast<int>(blob.size()),
                      SQLITE_STATIC);
    sqlite3_step(update_);
    require(sqlite3_reset(update_) == SQLITE_OK, "the harness can change its store");
    const std::unique_ptr<Store> store = open_store(path_, std::chrono::milliseconds{0});
    const Store::Transaction transaction{*store, Store::Transaction::Kind::read};
    return store->figures_of(kRootGroup);
  }

 private:
  std::string path_ = fuzz::path_of("figures.db");
  sqlite3_stmt* update_ = nullptr;
};

void read_figures(std::string_view blob) {
  static FiguresColumn column;
  const Figures figures = column.read(blob);
  for (ResourceId id = 0; id < figures.allotted.end(); ++id) {
    const auto& steps = figures.allotted[id].steps();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      require(i == 0 || steps[i - 1].from < steps[i].from, "the days of a step function ascend");
      require(steps[i].from >= Day::first() || steps[i].from == Day::beginning(), "a day is in the calendar");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes{data, size};
  const std::uint8_t choice = bytes.byte();
  const std::string_view text = bytes.rest();
  expect_damage_at_most([&] {
    switch (choice % 3U) {
      case 0:
        return read_counts_of(text);
      case 1:
        return read_features_of(text);
      default:
        return read_figures(text);
    }
  });
  return 0;
}
