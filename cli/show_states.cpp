#include "cli/show_states.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <utility>

#include "cli/lists.hpp"
#include "cli/output/bar.hpp"
#include "cli/output/branches.hpp"
#include "cli/output/tsv.hpp"
#include "cli/output/width.hpp"
#include "cli/show_state.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kRowBarWidth = 8;
constexpr std::size_t kBlocksNamed = 5;

/// The largest width of the name of the group whose limit holds, which the tree shows too.
constexpr std::size_t kWidestName = 14;

using Holdings = std::vector<Holding>;  // one for each counted resource

/// The figures of a counted resource in one group.
struct Figures {
  std::int64_t used = 0;
  std::int64_t taken = 0;  // of the limit
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> available;
  std::string limited_by;  // the name of another group that sets the limit
  bool is_blocked = false;
  Holding holding{};
};

/// A group that blocks an item, and why.
struct Cause {
  std::size_t item = 0;
  std::string path;
  std::string reason;

  bool operator==(const Cause&) const = default;
};

/// A group in the table.
struct StateRow {
  std::vector<FieldValue> keys{};
  std::string text{};  // in JSON and tsv
  std::string path{};
  std::vector<Figures> counts{};
  Features enabled{};
  std::vector<Cause> causes{};
};

/// The first causes that block an item, and the number of groups in which it is blocked.
struct Blocked {
  std::vector<Cause> causes;
  std::size_t groups = 0;
};

Figures figures_of(const AncestorPath& ancestors, ResourceId id, Day day) {
  const CountedState state = state_of_counted(ancestors, id, day);
  Figures figures{state.used, taken_of(state), state.limit, state.available, {}, !state.blocked_by.empty()};
  if (state.limited_by && *state.limited_by + 1 != ancestors.size()) {
    const bool is_visible = ancestors.is_visible(*state.limited_by);
    const std::string& name = ancestors[*state.limited_by].name;
    figures.limited_by = !is_visible ? std::string{kAbove} : name.empty() ? "/" : name;
  }
  return figures;
}

/// Prints the states of groups as a table with one line for each group.
class StatesTable {
 public:
  StatesTable(const Catalogue& catalogue, Held held, Context& context)
      : catalogue_(catalogue),
        held_(held),
        context_(context),
        items_(catalogue.counted().size() + catalogue.features().size()) {}

  StateRow make_row(const AncestorPath& ancestors, const Holdings* holdings) {
    const Day day = context_.shown_day();
    StateRow row;
    row.path = ancestors.path();
    for (ResourceId id = 0; id < catalogue_.counted().size(); ++id) {
      row.counts.push_back(figures_of(ancestors, id, day));
      if (holdings != nullptr) row.counts.back().holding = (*holdings)[id];
      add_causes(ancestors, Item::counted(id), id, row);
    }
    for (FeatureId id = 0; id < catalogue_.features().size(); ++id) {
      if (!add_causes(ancestors, Item::feature(id), catalogue_.counted().size() + id, row)) row.enabled.add(id);
    }
    return row;
  }

  void print(const std::vector<StateRow>& rows, bool is_tree) {
    count(rows);
    std::vector<std::string> labels;
    for (const StateRow& row : rows) labels.push_back(row.path);
    if (is_tree) labels = draw_tree(labels);
    const std::vector<ResourceId> ids = catalogue_.counted_in_order();
    const std::size_t width = context_.out_capabilities().width;
    std::size_t at_once = std::max<std::size_t>(ids.size(), 1);
    while (at_once > 1 &&
           !make_table(rows, labels, {ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(at_once)}, false)
                .fits(width)) {
      at_once = (at_once + 1) / 2;
    }
    for (std::size_t from = 0; from < std::max<std::size_t>(ids.size(), 1); from += at_once) {
      if (from > 0) context_.out() << '\n';
      const std::size_t end = std::min(from + at_once, ids.size());
      const std::vector<ResourceId> part{ids.begin() + static_cast<std::ptrdiff_t>(from),
                                         ids.begin() + static_cast<std::ptrdiff_t>(end)};
      make_table(rows, labels, part, end == ids.size()).print(context_.out(), context_.out_capabilities());
    }
    print_notes();
  }

 private:
  /// Adds what blocks the item; returns whether something does.
  bool add_causes(const AncestorPath& ancestors, const Item& item, std::size_t index, StateRow& row) const {
    const std::vector<Block> blocks = find_blocks(ancestors, item, context_.shown_day());
    for (const Block& block : blocks) {
      row.causes.push_back({index, ancestors.path_of(block.at), describe_reason(block)});
    }
    return !blocks.empty();
  }

  /// Gathers what the rows have in common.
  void count(const std::vector<StateRow>& rows) {
    groups_ = rows.size();
    for (const StateRow& row : rows) {
      std::optional<std::size_t> last;
      for (const Cause& cause : row.causes) {
        Blocked& blocked = items_[cause.item];
        if (last != cause.item) ++blocked.groups;
        last = cause.item;
        const bool is_known = std::find(blocked.causes.begin(), blocked.causes.end(), cause) != blocked.causes.end();
        if (!is_known && blocked.causes.size() <= kBlocksNamed) blocked.causes.push_back(cause);
      }
    }
  }

  /// Whether a feature is enabled in some groups and blocked in others.
  bool varies(FeatureId id) const {
    const std::size_t blocked = items_[catalogue_.counted().size() + id].groups;
    return blocked > 0 && blocked < groups_;
  }

  Table make_table(const std::vector<StateRow>& rows, const std::vector<std::string>& labels,
                   const std::vector<ResourceId>& ids, bool has_features) const {
    std::vector<Column> columns{{"group", Align::left, Wrap::path}};
    for (const ResourceId id : ids) {
      columns.push_back({catalogue_.counted()[id].name, Align::right});
      columns.push_back({"", Align::left, Wrap::no, 1});
      columns.push_back({"free", Align::right});
      if (held_ == Held::hidden) continue;
      columns.push_back({"held", Align::right});
      columns.push_back({"idle", Align::right});
    }
    std::vector<FeatureId> varied;
    for (const FeatureId id : catalogue_.features_in_order()) {
      if (has_features && varies(id)) varied.push_back(id);
    }
    if (!varied.empty()) columns.push_back({"features", Align::left, Wrap::words, 0, 1});
    std::vector<std::size_t> widths;  // of the limits
    for (const ResourceId id : ids) {
      std::size_t width = 0;
      for (const StateRow& row : rows) width = std::max(width, display_width(limit_text(row.counts[id])));
      widths.push_back(width);
    }
    Table table{std::move(columns)};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::vector<Cell> cells{{labels[i]}};
      for (std::size_t each = 0; each < ids.size(); ++each) add_figures(rows[i].counts[ids[each]], widths[each], cells);
      std::vector<std::string> enabled;
      for (const FeatureId id : varied) {
        if (rows[i].enabled.has(id)) enabled.push_back(catalogue_.features()[id]);
      }
      if (!varied.empty()) cells.push_back({fmt::format("{}", fmt::join(enabled, ", ")), Style::green});
      table.add_row(cells);
    }
    return table;
  }

  /// `/250` for a group with a limit of its own.
  static std::string limit_text(const Figures& figures) {
    if (!figures.limited_by.empty() || figures.is_blocked) return "";
    return figures.limit ? "/" + std::to_string(*figures.limit) : "/∞";
  }

  void add_figures(const Figures& figures, std::size_t limit_width, std::vector<Cell>& cells) const {
    const std::string limit = limit_text(figures);
    // No-break spaces keep the slashes below each other.
    std::string padding;
    for (std::size_t i = display_width(limit); i < limit_width; ++i) padding += "\u00A0";
    cells.push_back({std::to_string(figures.used) + limit + padding});
    if (!figures.limited_by.empty()) {
      const std::string name = fmt::format("({})", figures.limited_by);
      cells.push_back({display_width(name) <= kWidestName ? name : std::string{}, Style::dim});
    } else {
      cells.push_back({bar(figures.taken, figures.limit, kRowBarWidth), bar_style(figures.taken, figures.limit)});
    }
    if (figures.is_blocked) {
      cells.push_back({"blocked", Style::red});
    } else {
      cells.push_back({figures.available ? std::to_string(*figures.available) : "∞"});
    }
    if (held_ == Held::hidden) return;
    cells.push_back({std::to_string(figures.holding.held)});
    cells.push_back({std::to_string(figures.holding.idle)});
  }

  void print_notes() const {
    const auto print_item = [&](const std::string& name, const Blocked& blocked, bool is_feature) {
      std::string text;
      if (blocked.groups == 0) {
        if (!is_feature) return;
        text = "enabled in all";
      } else {
        text = blocked.groups == groups_ ? "blocked in all: "
                                         : fmt::format("blocked in {} of {}: ", blocked.groups, groups_);
        const std::size_t named = std::min(blocked.causes.size(), kBlocksNamed);
        for (std::size_t i = 0; i < named; ++i) {
          text += fmt::format("{}{} by {}", i == 0 ? "" : ", ", blocked.causes[i].reason, blocked.causes[i].path);
        }
        if (blocked.causes.size() > named) text += " and others";
      }
      const std::string line = escape_for_terminal(fmt::format("{}: {}", name, text));
      for (const std::string& part : wrap_words(line, context_.out_capabilities().width))
        context_.out() << part << '\n';
    };
    for (const ResourceId id : catalogue_.counted_in_order())
      print_item(catalogue_.counted()[id].name, items_[id], false);
    for (const FeatureId id : catalogue_.features_in_order()) {
      print_item(catalogue_.features()[id], items_[catalogue_.counted().size() + id], true);
    }
  }

  const Catalogue& catalogue_;
  Held held_;
  Context& context_;
  std::vector<Blocked> items_;  // the counted resources, then the features
  std::size_t groups_ = 0;
};

/// Visits the groups that the request selects, with what users hold in them if that is requested, else null.
void walk(const StatesRequest& request, View& view, Day day,
          const std::function<void(const AncestorPath&, const Holdings*)>& visit) {
  for (const Path& path : request.roots.in(view)) {
    std::vector<Holdings> holdings;  // of the groups in the order in which they are visited
    if (request.held == Held::shown) holdings = view.holdings(path, request.depth, day);
    std::size_t next = 0;
    view.walk(path, request.depth, [&](const AncestorPath& ancestors) {
      const Holdings* const own = request.held == Held::shown ? &holdings[next++] : nullptr;
      if (request.filters.matches(ancestors)) visit(ancestors, own);
    });
  }
}

/// Prints JSON, tsv or csv; with an order, after all groups were read.
void print_records(const StatesRequest& request, const Order& order, View& view, Context& context) {
  const Day day = context.shown_day();
  std::optional<JsonArray> json;
  if (context.format() == Format::json) json.emplace(context.out());
  if (context.format() == Format::csv) write_csv(context.out(), state_record_keys(request.held));
  const auto print = [&](const std::string& text) {
    if (json) return json->add_text(text);
    context.out() << text;
  };
  std::vector<StateRow> sorted;
  std::size_t count = 0;
  walk(request, view, day, [&](const AncestorPath& ancestors, const Holdings* holdings) {
    if (!order.is_sorted() && order.first() && count++ >= *order.first()) return;
    std::ostringstream text;
    if (json) {
      text << to_text(json_of_state(ancestors, day, holdings));
    } else {
      write_state_records(ancestors, holdings, context, text);
    }
    if (!order.is_sorted()) return print(std::move(text).str());
    const auto value = [&](const std::string& key) { return value_of_state(ancestors, holdings, key, day); };
    sorted.push_back({order.values_of(value), std::move(text).str()});
  });
  order.apply(sorted);
  for (const StateRow& row : sorted) print(row.text);
  if (json) json->finish();
}

}  // namespace

void show_states(const StatesRequest& request, View& view, Context& context) {
  const Catalogue& catalogue = view.catalogue();
  if (request.list.columns) {
    StateList list{context, catalogue, request.list};
    walk(request, view, context.shown_day(),
         [&](const AncestorPath& ancestors, const Holdings* holdings) { list.add(ancestors, holdings); });
    list.finish();
    return;
  }
  std::vector<Field> fields = state_fields(catalogue);
  add_label_fields(fields, request.list);
  const Order order{request.list, fields};
  if (context.format() != Format::table) return print_records(request, order, view, context);
  const Day day = context.shown_day();
  StatesTable table{catalogue, request.held, context};
  std::vector<StateRow> rows;
  walk(request, view, day, [&](const AncestorPath& ancestors, const Holdings* holdings) {
    if (!order.is_sorted() && order.first() && rows.size() >= *order.first()) return;
    StateRow row = table.make_row(ancestors, holdings);
    row.keys = order.values_of([&](const std::string& key) { return value_of_state(ancestors, holdings, key, day); });
    rows.push_back(std::move(row));
  });
  order.apply(rows);
  if (rows.empty()) {
    if (context.err_capabilities().is_terminal) context.err() << "no group\n";
    return;
  }
  const bool is_tree = context.out_capabilities().is_terminal && !order.is_sorted();
  table.print(rows, is_tree);
}

}  // namespace allot::cli
