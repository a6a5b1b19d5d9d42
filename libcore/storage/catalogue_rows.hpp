#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/model/catalogue.hpp"

namespace allot {

/// The rows of `catalog`, by id; without an order between counted resources and features.
class CatalogueRows {
 public:
  void add(std::int64_t id, std::string name, bool is_counted, std::optional<std::string> required);

  /// Returns the catalogue; throws store if an entry requires one that does not come before it.
  Catalogue build();

  /// Returns the id of each counted resource.
  std::vector<std::int64_t> counted_rows() const;

 private:
  struct Row {
    std::int64_t id = 0;
    std::string name;
    std::optional<std::string> required;
  };

  std::vector<Row> counted_;
  Catalogue catalogue_;
};

}  // namespace allot
