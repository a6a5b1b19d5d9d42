#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <functional>

#include "cli/listing.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"

namespace allot::cli {
namespace {

/// Writes the text that `to_text` has for an object of these values, without the object: a million users have ten
/// million of them. A property test compares it with the object of `state --user`.
class EntitlementText {
 public:
  EntitlementText(const Catalogue& catalogue, Day day) : catalogue_(catalogue), day_(to_text(json_of_day(day))) {}

  const std::string& write(const EntitledUser& user) {
    text_ = R"({"email":)";
    append(user.email);
    text_ += R"(,"name":)";
    append(user.name);
    text_ += R"(,"at":)";
    text_ += day_;
    text_ += R"(,"entitlement":{"counts":{)";
    for (const ResourceId id : catalogue_.counted_in_order()) append_count(id, user.entitlement.counts[id]);
    text_ += R"(},"features":{)";
    for (const FeatureId id : catalogue_.features_in_order()) append_feature(id, user.entitlement.features[id]);
    text_ += "}}}";
    return text_;
  }

 private:
  void append(std::string_view text) {
    const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
    if (!std::all_of(text.begin(), text.end(), is_plain)) {
      text_ += to_text(Json(text));
      return;
    }
    text_ += '"';
    text_ += text;
    text_ += '"';
  }

  void append(std::int64_t number) {
    const fmt::format_int text{number};
    text_.append(text.data(), text.size());
  }

  /// Appends a comma unless the value is the first in its object or array.
  void separate() {
    if (text_.back() != '{' && text_.back() != '[') text_ += ',';
  }

  void append_count(ResourceId id, const CountedEntitlement& counted) {
    separate();
    append(catalogue_.counted()[id].name);
    text_ += R"(:{"total":)";
    append(counted.total);
    text_ += R"(,"from":{)";
    for (const auto& [group, count] : counted.from) {
      separate();
      append(group);
      text_ += ':';
      append(count);
    }
    text_ += "}}";
  }

  void append_feature(FeatureId id, const std::vector<std::string>& groups) {
    if (groups.empty()) return;
    separate();
    append(catalogue_.features()[id]);
    text_ += ":[";
    for (const std::string& group : groups) {
      separate();
      append(group);
    }
    text_ += ']';
  }

  const Catalogue& catalogue_;
  std::string day_;
  std::string text_;
};

/// The groups that give something, in path order.
std::vector<std::string> find_sources(const Entitlement& entitlement) {
  std::vector<std::string> groups;
  for (const CountedEntitlement& counted : entitlement.counts) {
    for (const auto& [group, count] : counted.from) groups.push_back(group);
  }
  for (const auto& each : entitlement.features) groups.insert(groups.end(), each.begin(), each.end());
  std::sort(groups.begin(), groups.end(), is_before_in_tree);
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

Table make_table(const Catalogue& catalogue) {
  std::vector<Column> columns{{"e-mail", Align::left, Wrap::words}, {"name", Align::left, Wrap::words, 0, 1}};
  for (const ResourceId id : catalogue.counted_in_order())
    columns.push_back({catalogue.counted()[id].name, Align::right});
  columns.push_back({"features", Align::left, Wrap::words});
  columns.push_back({"from", Align::left, Wrap::words});
  return Table{std::move(columns)};
}

void add_row(Table& table, const EntitledUser& user, const Catalogue& catalogue) {
  std::vector<Cell> cells{{user.email}, {user.name}};
  for (const ResourceId id : catalogue.counted_in_order()) {
    const std::int64_t total = user.entitlement.counts[id].total;
    cells.push_back({total == 0 ? "" : std::to_string(total)});
  }
  std::vector<std::string> features;
  for (const FeatureId id : catalogue.features_in_order()) {
    if (!user.entitlement.features[id].empty()) features.push_back(catalogue.features()[id]);
  }
  cells.push_back({fmt::format("{}", fmt::join(features, ", "))});
  cells.push_back({fmt::format("{}", fmt::join(find_sources(user.entitlement), ", "))});
  table.add_row(cells);
}

}  // namespace

void show_entitlements(const RootSelection& roots, View& view, Context& context) {
  const Catalogue& catalogue = view.catalogue();
  const Day day = context.shown_day();
  const auto visit = [&](const std::function<void(const EntitledUser&)>& show) {
    view.for_each_entitled(roots.in(view), day, show);
  };
  if (context.format() == Format::json) {
    JsonArray array{context.out()};
    EntitlementText text{catalogue, day};
    visit([&](const EntitledUser& user) { array.add_text(text.write(user)); });
    array.finish();
    return;
  }
  if (context.format() == Format::tsv) {
    TsvWriter writer{context.out()};
    visit([&](const EntitledUser& user) {
      for_each_record(user.entitlement, catalogue, [&](std::vector<std::string> fields) {
        writer.write({user.email, fields[0], fields[1], fields[2]});
      });
    });
    return;
  }
  Table table = make_table(catalogue);
  visit([&](const EntitledUser& user) { add_row(table, user, catalogue); });
  if (!table.is_empty()) {
    table.print(context.out(), context.out_capabilities());
  } else if (context.err_capabilities().is_terminal) {
    context.err() << "no user\n";
  }
}

}  // namespace allot::cli
