#include "libcore/storage/catalogue_rows.hpp"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot {

void CatalogueRows::add(std::int64_t id, std::string name, bool is_counted, std::optional<std::string> required) {
  if (is_counted) {
    counted_.push_back({id, std::move(name), std::move(required)});
  } else {
    catalogue_.add_feature(std::move(name));
  }
}

Catalogue CatalogueRows::build() {
  for (const Row& row : counted_) {
    std::optional<ResourceId> required;
    if (row.required) {
      required = catalogue_.find_counted(*row.required);
      if (!required) {
        throw Error::store(
            fmt::format("the store is damaged: {} requires a resource that does not come before it", quote(row.name)),
            "restore a backup");
      }
    }
    catalogue_.add_counted(row.name, required);
  }
  return std::move(catalogue_);
}

std::vector<std::int64_t> CatalogueRows::counted_rows() const {
  std::vector<std::int64_t> rows;
  for (const Row& row : counted_) rows.push_back(row.id);
  return rows;
}

}  // namespace allot
