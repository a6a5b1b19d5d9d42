#include <fmt/format.h>

#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/show.hpp"

namespace allot::cli {
namespace {

bool is_counted(const UserItem& each) { return each.item.kind == Item::Kind::counted; }

std::string describe(const NotGiven& reason) {
  const std::string date = reason.date ? reason.date->to_string() : "";
  switch (reason.reason) {
    case NotGiven::Reason::not_granted:
      return "none is granted";
    case NotGiven::Reason::not_listed:
      return "not in its list of features";
    case NotGiven::Reason::pending:
      return fmt::format("membership pending (first day {})", date);
    case NotGiven::Reason::expired:
      return fmt::format("membership expired (last day {})", date);
    case NotGiven::Reason::blocked:
      break;
  }
  return fmt::format("{} {}", reason.group, describe_reason(Block{0, reason.block, reason.date}));
}

Json json_of_items(const UserState& user, const std::vector<UserItem>& items, const Catalogue& catalogue, Day day) {
  Json json{{"email", user.email}, {"name", user.name}, {"at", json_of_day(day)}, {"why", Json::array()}};
  for (const UserItem& each : items) {
    Json reasons = Json::array();
    for (const NotGiven& reason : each.reasons) {
      reasons.push_back({{"group", reason.group},
                         {"reason", word_for(reason)},
                         {"date", reason.date ? json_of_day(*reason.date) : Json(nullptr)}});
    }
    json["why"].push_back({{"group", each.group},
                           {"item", name_of(catalogue, each.item)},
                           {"gives", is_counted(each) ? Json(each.gives) : Json(each.gives > 0)},
                           {"reasons", std::move(reasons)}});
  }
  return json;
}

void write_tsv(const std::vector<UserItem>& items, const Catalogue& catalogue, std::ostream& out) {
  TsvWriter writer{out};
  for (const UserItem& each : items) {
    const std::string& item = name_of(catalogue, each.item);
    if (each.reasons.empty()) {
      writer.write({each.group, item, is_counted(each) ? std::to_string(each.gives) : "yes", "", "", ""});
    }
    for (const NotGiven& reason : each.reasons) {
      writer.write({each.group, item, is_counted(each) ? "0" : "no", reason.group, std::string{word_for(reason)},
                    reason.date ? reason.date->to_string() : ""});
    }
  }
}

}  // namespace

void show_user_why(const UserState& user, const std::vector<UserItem>& items, const Catalogue& catalogue,
                   Context& context) {
  const Day day = context.shown_day();
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_items(user, items, catalogue, day), 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) return write_tsv(items, catalogue, context.out());
  print_field(context, "user", user.email);
  if (!user.name.empty()) print_field(context, "name", user.name);
  print_field(context, "on", day.to_string());
  context.out() << '\n';
  Table table{
      {{"group", Align::left, Wrap::path}, {"item"}, {"gives", Align::right}, {"why not", Align::left, Wrap::words}}};
  for (const UserItem& each : items) {
    const bool gives = each.reasons.empty();
    std::string amount = is_counted(each) ? std::to_string(each.gives) : "yes";
    if (!gives && !is_counted(each)) amount = "no";
    table.add_row({{each.group},
                   {name_of(catalogue, each.item), Style::bold},
                   {amount, gives ? Style::green : Style::red},
                   {gives ? "" : describe(each.reasons.front())}});
    for (std::size_t i = 1; i < each.reasons.size(); ++i) table.add_row({{}, {}, {}, {describe(each.reasons[i])}});
  }
  table.print(context.out(), context.out_capabilities());
}

}  // namespace allot::cli
