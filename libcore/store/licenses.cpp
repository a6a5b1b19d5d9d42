#include "libcore/store/connection.hpp"
#include "libcore/store/grant_columns.hpp"
#include "libcore/store/grant_text.hpp"
#include "libcore/store/store.hpp"

namespace allot {
namespace {

/// Reads a row of `name, type, counts, features, from_day, until_day` that begins at `column`.
License read_license(const Query& query, int column, const Catalogue& catalogue) {
  License license;
  license.name = query.text(column);
  license.type = query.text(column + 1);
  license.grant.counts = read_counts(query.text(column + 2), catalogue);
  license.grant.features = read_features(query.text(column + 3), catalogue);
  license.grant.period = read_period(query, column + 4);
  return license;
}

/// Binds `type, counts, features, from_day, until_day`.
void bind_contents(Query& query, const LicenseView& license, const Catalogue& catalogue) {
  query.bind(license.type)
      .bind(write_counts(license.grant.counts, catalogue))
      .bind(write_features(license.grant.features, catalogue));
  bind_period(query, license.grant.period);
}

}  // namespace

std::vector<License> Store::licenses_of(GroupId group) {
  Query query(
      *connection_,
      "SELECT name, type, counts, features, from_day, until_day FROM licenses WHERE group_id = ? ORDER BY name");
  query.bind(group);
  std::vector<License> licenses;
  while (query.step()) licenses.push_back(read_license(query, 0, catalogue()));
  return licenses;
}

std::optional<License> Store::find_license(GroupId group, std::string_view name) {
  Query query(*connection_,
              "SELECT name, type, counts, features, from_day, until_day FROM licenses WHERE group_id = ? AND name = ?");
  query.bind(group).bind(name);
  if (!query.step()) return std::nullopt;
  return read_license(query, 0, catalogue());
}

void Store::insert_license(GroupId group, const LicenseView& license) {
  Query query(*connection_,
              "INSERT INTO licenses (group_id, name, type, counts, features, from_day, until_day)"
              " VALUES (?, ?, ?, ?, ?, ?, ?)");
  query.bind(group).bind(license.name);
  bind_contents(query, license, catalogue());
  query.run();
}

void Store::update_license(GroupId group, const LicenseView& license) {
  Query query(*connection_,
              "UPDATE licenses SET type = ?, counts = ?, features = ?, from_day = ?, until_day = ?"
              " WHERE group_id = ? AND name = ?");
  bind_contents(query, license, catalogue());
  query.bind(group).bind(license.name).run();
}

void Store::remove_license(GroupId group, std::string_view name) {
  Query(*connection_, "DELETE FROM licenses WHERE group_id = ? AND name = ?").bind(group).bind(name).run();
}

void Store::for_each_license(const std::function<void(GroupId, License&&)>& visit) {
  Query query(*connection_,
              "SELECT group_id, name, type, counts, features, from_day, until_day FROM licenses"
              " ORDER BY group_id, name");
  while (query.step()) visit(query.integer(0), read_license(query, 1, catalogue()));
}

}  // namespace allot
