#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/store/connection.hpp"
#include "libcore/store/store.hpp"

namespace allot {
namespace {

/// The words `before`, ` ` and `after` around a name in a text of counts or features.
std::optional<std::string> find_holder(Connection& connection, const char* sql, const std::string& name) {
  Query query(connection, sql);
  query.bind(name).bind(name);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

}  // namespace

const Catalogue& Store::catalogue() {
  if (!catalogue_) load_catalogue();
  return *catalogue_;
}

void Store::load_catalogue() {
  Catalogue catalogue;
  std::vector<std::int64_t> rows;
  Query query(*connection_, "SELECT id, name, counted, requires FROM catalog ORDER BY id");
  while (query.step()) {
    std::string name{query.text(1)};
    if (query.integer(2) == 0) {
      catalogue.add_feature(std::move(name));
      continue;
    }
    std::optional<ResourceId> required;
    if (const auto row = query.find_integer(3)) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == *row) required = static_cast<ResourceId>(i);
      }
      if (!required) {
        throw Error::store(
            fmt::format("the store is damaged: {} requires a resource that does not come before it", quote(name)),
            "restore a backup");
      }
    }
    catalogue.add_counted(std::move(name), required);
    rows.push_back(query.integer(0));
  }
  catalogue_ = std::move(catalogue);
  counted_rows_ = std::move(rows);
}

void Store::add_counted(const std::string& name, std::optional<ResourceId> requires_id) {
  catalogue();
  std::optional<std::int64_t> required;
  if (requires_id) required = counted_rows_[*requires_id];
  Query(*connection_, "INSERT INTO catalog (name, counted, requires) VALUES (?, 1, ?)").bind(name).bind(required).run();
  catalogue_.reset();
}

void Store::add_feature(const std::string& name) {
  Query(*connection_, "INSERT INTO catalog (name, counted, requires) VALUES (?, 0, NULL)").bind(name).run();
  catalogue_.reset();
}

void Store::remove_entry(const std::string& name) {
  Query(*connection_, "DELETE FROM catalog WHERE name = ?").bind(name).run();
  catalogue_.reset();
}

std::optional<std::string> Store::find_use(const std::string& name) {
  if (const auto entry = find_holder(*connection_,
                                     "SELECT name FROM catalog WHERE requires = (SELECT id FROM catalog WHERE name = ?)"
                                     " OR (name = ? AND 0) LIMIT 1",
                                     name)) {
    return fmt::format("{} requires it", *entry);
  }
  if (const auto license = find_holder(*connection_,
                                       "SELECT name FROM licenses WHERE instr(' ' || counts, ' ' || ? || '=') > 0"
                                       " OR instr(' ' || features || ' ', ' ' || ? || ' ') > 0 LIMIT 1",
                                       name)) {
    return fmt::format("a license {} has it", *license);
  }
  if (const auto member = find_holder(*connection_,
                                      "SELECT email FROM memberships WHERE instr(' ' || counts, ' ' || ? || '=') > 0"
                                      " OR instr(' ' || coalesce(features, '') || ' ', ' ' || ? || ' ') > 0 LIMIT 1",
                                      name)) {
    return fmt::format("the user {} has it", *member);
  }
  return std::nullopt;
}

}  // namespace allot
