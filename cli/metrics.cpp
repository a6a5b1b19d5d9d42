#include "cli/metrics.hpp"

#include <fmt/format.h>

#include <array>

#include "libcore/base/text.hpp"
#include "libcore/model/in_force.hpp"
#include "libcore/model/schedule.hpp"

namespace allot::cli {
namespace {

/// The metrics, in the order of the text. All are gauges: a counter would need the suffix `_total` in OpenMetrics, and
/// the revision of a store can become smaller when a copy takes its place.
enum class Metric : std::uint8_t {
  limit,
  used,
  remaining,
  available,
  blocked,
  feature_enabled,
  license_end,
  groups,
  licenses,
  memberships,
  revision,
};

struct Description {
  std::string_view name;
  std::string_view help;
  std::string_view unit{};
};

constexpr std::array kDescriptions{
    Description{"allot_limit", "The limit of a counted resource in a group; 0 if it is blocked."},
    Description{"allot_used", "The count of a resource that the children and users of a group take."},
    Description{"allot_remaining", "What is left of the limit of a counted resource in a group."},
    Description{"allot_available", "What can still be granted of a counted resource in a group."},
    Description{"allot_blocked", "Whether a counted resource is blocked in a group."},
    Description{"allot_feature_enabled", "Whether a feature is enabled in a group."},
    Description{"allot_license_end_timestamp_seconds",
                "The midnight (UTC) after the last day of a license; +Inf if it does not end.", "seconds"},
    Description{"allot_groups", "The number of groups."},
    Description{"allot_licenses", "The number of licenses."},
    Description{"allot_memberships", "The number of memberships of users in groups."},
    Description{"allot_revision", "The revision of the newest change."},
};

/// Returns `text` as both formats write a label value. A control character can only be in a damaged store; it must not
/// end the line or reach a terminal.
std::string quote_label(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : escape_for_terminal(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string number_of(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : "+Inf"; }

/// The moment at which a licence with this last day has ended, in seconds since 1970-01-01 UTC.
std::optional<std::int64_t> end_of(const std::optional<Day>& last) {
  constexpr std::int64_t kDaySeconds = 86400;
  if (!last || !last->is_finite()) return std::nullopt;
  return (std::int64_t{last->number()} + 1) * kDaySeconds;
}

}  // namespace

/// The samples of a metric.
struct Metrics::Family {
  explicit Family(const Streams& streams) : spool(streams), buffer(spool), out(&buffer) {
    out.exceptions(std::ios::badbit);  // rethrow errors of the temporary file
  }

  Spool spool;
  SpoolWriter buffer;
  std::ostream out;
};

Metrics::Metrics(const Streams& streams) {
  for (std::size_t i = 0; i < kDescriptions.size(); ++i) families_.push_back(std::make_unique<Family>(streams));
}

Metrics::~Metrics() = default;

void Metrics::read(View& view, const std::vector<Path>& tops, std::size_t depth, Day day) {
  StoreSize size;
  for (const Path& top : tops) {
    view.walk(top, depth, [&](const AncestorPath& ancestors) { add_group(ancestors, day); });
    const StoreSize below = view.size_below(top);
    size.groups += below.groups;
    size.licenses += below.licenses;
    size.memberships += below.memberships;
  }
  const auto add = [&](Metric metric, std::int64_t value) {
    const auto at = static_cast<std::size_t>(metric);
    families_[at]->out << kDescriptions[at].name << ' ' << value << '\n';
  };
  add(Metric::groups, size.groups);
  add(Metric::licenses, size.licenses);
  add(Metric::memberships, size.memberships);
  add(Metric::revision, view.revision());
}

void Metrics::add_group(const AncestorPath& ancestors, Day day) {
  const Catalogue& catalogue = ancestors.catalogue();
  const std::string group = quote_label(ancestors.path());
  const auto add = [&](Metric metric, std::string_view label, const std::string& item, const std::string& value) {
    const auto at = static_cast<std::size_t>(metric);
    families_[at]->out << fmt::format("{}{{group={},{}={}}} {}\n", kDescriptions[at].name, group, label, item, value);
  };
  for (const ResourceId id : catalogue.counted_in_order()) {
    const CountedState state = state_of_counted(ancestors, id, day);
    const std::string item = quote_label(catalogue.counted()[id].name);
    add(Metric::limit, "resource", item, number_of(state.limit));
    add(Metric::used, "resource", item, number_of(state.used));
    add(Metric::remaining, "resource", item, number_of(state.remaining));
    add(Metric::available, "resource", item, number_of(state.available));
    add(Metric::blocked, "resource", item, state.blocked_by.empty() ? "0" : "1");
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    const bool is_enabled = find_blocks(ancestors, Item::feature(id), day).empty();
    add(Metric::feature_enabled, "feature", quote_label(catalogue.features()[id]), is_enabled ? "1" : "0");
  }
  if (!ancestors.back().is_restricted()) return;
  for (const License& license : ancestors.back().licenses) {
    add(Metric::license_end, "license", quote_label(license.name), number_of(end_of(last_day_of(ancestors, license))));
  }
}

void Metrics::write(std::ostream& out) const {
  for (std::size_t i = 0; i < kDescriptions.size(); ++i) {
    const auto& [name, help, unit] = kDescriptions[i];
    out << "# HELP " << name << ' ' << help << "\n# TYPE " << name << " gauge\n";
    if (!unit.empty()) out << "# UNIT " << name << ' ' << unit << '\n';
    if (!families_[i]->spool.write_to(*out.rdbuf())) out.setstate(std::ios::badbit);
  }
  out << "# EOF\n";
}

}  // namespace allot::cli
