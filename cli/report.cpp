#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/json.hpp"
#include "cli/output/tsv.hpp"
#include "cli/output/width.hpp"
#include "cli/show.hpp"
#include "libcore/base/text.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot::cli {
namespace {

/// Describes the differences between `before` and `after`, one phrase per difference.
class Differences {
 public:
  void compare(std::string_view what, const std::string& before, const std::string& after) {
    if (before != after) add(fmt::format("{} {} -> {}", what, before, after));
  }
  void add(std::string phrase) { phrases_.push_back(std::move(phrase)); }
  std::string text() const { return fmt::format("{}", fmt::join(phrases_, ", ")); }

 private:
  std::vector<std::string> phrases_;
};

std::string describe_reminder(const std::optional<Reminder>& reminder) {
  if (!reminder) return "none";
  std::vector<std::string> parts;
  if (!reminder->before.is_empty()) {
    parts.push_back(fmt::format("{} days before, {}{}", reminder->before.text(", "), word_for(reminder->repeat),
                                reminder->users ? ", users too" : ""));
  }
  if (reminder->low > 0) parts.push_back(fmt::format("at {} percent", reminder->low));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string describe(const std::string& text) { return text.empty() ? "none" : text; }

std::string describe(Day day, std::string_view open) { return day.is_finite() ? day.to_string() : std::string{open}; }

void compare_grants(const Grant& before, const Grant& after, const Catalogue& catalogue, Differences& differences) {
  for (const ResourceId id : catalogue.counted_in_order()) {
    differences.compare(catalogue.counted()[id].name, std::to_string(before.counts[id]),
                        std::to_string(after.counts[id]));
  }
  differences.compare("from", describe(before.period.from, "open"), describe(after.period.from, "open"));
  differences.compare("until", describe(before.period.until, "open"), describe(after.period.until, "open"));
}

/// Adds a phrase for each label that differs.
void compare_labels(const Labels& before, const Labels& after, Differences& differences) {
  before.for_each([&](std::string_view key, std::string_view value) {
    const auto now = after.find(key);
    if (!now) differences.add(fmt::format("no label {}", key));
    if (now && *now != value) differences.add(fmt::format("label {}={} -> {}", key, value, *now));
  });
  after.for_each([&](std::string_view key, std::string_view value) {
    if (!before.find(key)) differences.add(fmt::format("label {}={}", key, value));
  });
}

void compare_languages(const Language& before, const Language& after, Differences& differences) {
  const auto describe_language = [](const Language& language) {
    return language.is_empty() ? "none" : std::string{language.text()};
  };
  differences.compare("language", describe_language(before), describe_language(after));
}

std::string describe_list(bool inherits, const Features& features, const Catalogue& catalogue) {
  return inherits ? "all of the group" : describe(describe_features(features, catalogue));
}

std::string describe_grant(const Grant& grant, const Catalogue& catalogue) {
  std::vector<std::string> parts;
  for (const ResourceId id : catalogue.counted_in_order()) {
    if (grant.counts[id] > 0) parts.push_back(fmt::format("{} {}", catalogue.counted()[id].name, grant.counts[id]));
  }
  if (!grant.features.is_empty()) parts.push_back(describe_features(grant.features, catalogue));
  if (grant.period != Period{}) parts.push_back(describe_days(grant.period));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The labels and the language of an item after its other properties.
std::string describe_further(const Labels& labels, const Language& language = {}) {
  const std::string text = labels.is_empty() ? "" : ", " + describe_labels(labels);
  return language.is_empty() ? text : fmt::format("{}, language {}", text, language.text());
}

std::string describe_item(const ItemState& item, const Catalogue& catalogue) {
  if (const auto* group = std::get_if<GroupState>(&item)) {
    std::string text{word_for(group->traits.restriction)};
    if (!group->traits.kind.empty()) text = group->traits.kind + ", " + text;
    if (group->traits.suspended) text += ", suspended";
    return text + describe_further(group->traits.labels, group->traits.language);
  }
  if (const auto* license = std::get_if<License>(&item)) {
    const std::string grant = describe_grant(license->grant, catalogue);
    return (grant.empty() ? license->type : fmt::format("{}, {}", license->type, grant)) +
           describe_further(license->labels);
  }
  if (const auto* member = std::get_if<Membership>(&item)) {
    std::string text{word_for(member->role)};
    const std::string grant = describe_grant(member->grant, catalogue);
    if (!grant.empty()) text += ", " + grant;
    if (!member->inherits_features && member->grant.features.is_empty()) text += ", no features";
    return text + describe_further(member->labels, member->language);
  }
  if (const auto* entry = std::get_if<EntryState>(&item)) {
    if (!entry->is_counted) return "feature";
    return entry->required.empty() ? "counted" : fmt::format("counted, requires {}", entry->required);
  }
  if (const auto* letter = std::get_if<TemplateText>(&item)) return letter->subject;
  return {};
}

std::string describe_update(const Change& change, const Catalogue& catalogue) {
  Differences differences;
  if (const auto* before = std::get_if<GroupState>(&change.before)) {
    const auto& after = std::get<GroupState>(change.after);
    if (before->path == kAbove) {
      differences.add("moved here from " + before->path);
    } else if (before->path != after.path) {
      differences.add("now " + after.path);
    }
    differences.compare("kind", describe(before->traits.kind), describe(after.traits.kind));
    compare_labels(before->traits.labels, after.traits.labels, differences);
    compare_languages(before->traits.language, after.traits.language, differences);
    differences.compare("restriction", std::string{word_for(before->traits.restriction)},
                        std::string{word_for(after.traits.restriction)});
    if (before->traits.suspended != after.traits.suspended) {
      differences.add(after.traits.suspended ? "suspended" : "resumed");
    }
    differences.compare("reminder", describe_reminder(before->traits.reminder),
                        describe_reminder(after.traits.reminder));
  } else if (const auto* old_license = std::get_if<License>(&change.before)) {
    const auto& after = std::get<License>(change.after);
    differences.compare("name", old_license->name, after.name);
    differences.compare("type", describe(old_license->type), describe(after.type));
    compare_labels(old_license->labels, after.labels, differences);
    compare_grants(old_license->grant, after.grant, catalogue, differences);
    differences.compare("features", describe_list(false, old_license->grant.features, catalogue),
                        describe_list(false, after.grant.features, catalogue));
  } else if (const auto* old_letter = std::get_if<TemplateText>(&change.before)) {
    const auto& after = std::get<TemplateText>(change.after);
    if (old_letter->subject != after.subject) differences.add("subject");
    if (old_letter->body != after.body) differences.add("body");
    if (old_letter->html != after.html) differences.add(after.html ? "html" : "no html");
  } else if (const auto* old_member = std::get_if<Membership>(&change.before)) {
    const auto& after = std::get<Membership>(change.after);
    differences.compare("e-mail", old_member->email, after.email);
    differences.compare("name", describe(old_member->name), describe(after.name));
    differences.compare("role", std::string{word_for(old_member->role)}, std::string{word_for(after.role)});
    compare_labels(old_member->labels, after.labels, differences);
    compare_languages(old_member->language, after.language, differences);
    compare_grants(old_member->grant, after.grant, catalogue, differences);
    differences.compare("features", describe_list(old_member->inherits_features, old_member->grant.features, catalogue),
                        describe_list(after.inherits_features, after.grant.features, catalogue));
  } else if (std::holds_alternative<EntryState>(change.before)) {
    differences.compare("kind", describe_item(change.before, catalogue), describe_item(change.after, catalogue));
  }
  return differences.text();
}

std::string describe_counters(const Counters& counters) {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, std::string_view noun) {
    if (count > 0) parts.push_back(count_of(static_cast<std::size_t>(count), noun));
  };
  add(counters.groups, "group");
  add(counters.licenses, "license");
  add(counters.memberships, "membership");
  add(counters.templates, "template");
  if (counters.catalog > 0) parts.push_back(fmt::format("{} of the catalogue", counters.catalog));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The number of items that a renewal left and that are listed in words.
constexpr std::size_t kLeftListed = 20;

void print_left(const std::vector<LeftItem>& left, std::ostream& out) {
  std::size_t listed = 0;
  std::size_t open = 0;
  for (const LeftItem& each : left) {
    if (!each.until.is_finite()) {
      ++open;
    } else if (++listed <= kLeftListed) {
      const std::string subject =
          each.what == What::license ? describe_license(each.path, each.name) : describe_member(each.path, each.name);
      out << escape_for_terminal(fmt::format("left: {} ends {}", subject, each.until.to_string())) << '\n';
    }
  }
  if (listed > kLeftListed) out << fmt::format("left: {} more with another end\n", listed - kLeftListed);
  if (open > 0) out << fmt::format("left: {} with an open end\n", open);
}

void print_summary(const Outcome& outcome, Context& context) {
  const char* const would = outcome.is_dry_run ? "would be " : "";
  std::ostream& out = context.out();
  const bool lists = outcome.has_all_changes && (outcome.is_dry_run || outcome.changes.size() <= kFewChanges);
  if (lists) {
    for (const Change& change : outcome.changes) {
      print_line(context, mark_of(change.op, context.out_capabilities()), describe_change(change, outcome.catalogue));
    }
  }
  for (const GrantedCount& each : outcome.granted) {
    const std::string holder =
        each.what == What::license ? describe_license(each.path, each.name) : describe_member(each.path, each.name);
    out << wrap_hanging(escape_for_terminal(fmt::format("granted {}: {} {}", holder, each.item, each.count)),
                        context.out_capabilities().width, 2)
        << '\n';
  }
  for (const std::string& note : outcome.notes) {
    out << wrap_hanging("note: " + escape_for_terminal(note), context.out_capabilities().width, 2) << '\n';
  }
  if (outcome.left) print_left(*outcome.left, out);
  if (!outcome.has_changes()) {
    out << "nothing to change\n";
    return;
  }
  const auto line = [&](const Counters& counters, const char* done) {
    if (counters.total() > 0) out << describe_counters(counters) << ' ' << would << done << '\n';
  };
  if (!lists || outcome.changes.size() > 1) {
    line(outcome.created, "created");
    line(outcome.updated, "updated");
    line(outcome.removed, "removed");
    if (outcome.unchanged.total() > 0) out << describe_counters(outcome.unchanged) << " unchanged\n";
  }
  if (outcome.is_dry_run) {
    out << "nothing is saved: this was a dry run\n";
  } else {
    out << "revision " << outcome.revision << '\n';
  }
  print_effects(outcome, context);
}

/// The number of effects that are listed in words.
constexpr std::size_t kEffectsListed = 20;

std::string describe_effect(const Effect& effect) {
  return fmt::format("by {}: {} {} ({}, {})", effect.by, effect.item, describe_days(effect.span),
                     count_of(static_cast<std::size_t>(effect.groups), "group"),
                     count_of(static_cast<std::size_t>(effect.memberships), "membership"));
}

void print_record(const Outcome& outcome, std::ostream& out) {
  std::vector<std::string> fields{std::to_string(outcome.revision)};
  for (const Counters* counters : {&outcome.created, &outcome.updated, &outcome.removed, &outcome.unchanged}) {
    for (const std::int64_t count : {counters->groups, counters->licenses, counters->memberships}) {
      fields.push_back(std::to_string(count));
    }
  }
  if (!outcome.granted.empty()) {
    std::vector<std::string> counts;
    for (const GrantedCount& each : outcome.granted) counts.push_back(fmt::format("{}={}", each.item, each.count));
    fields.push_back(fmt::format("{}", fmt::join(counts, ",")));
  }
  TsvWriter{out}.write(fields);
}

}  // namespace

void print_outcome(const Outcome& outcome, Context& context) {
  if (context.format() == Format::json) {
    context.out() << to_text(json_of_outcome(outcome), 2) << '\n';
  } else if (context.format() == Format::tsv) {
    print_record(outcome, context.out());
  } else if (!context.is_quiet()) {
    print_summary(outcome, context);
  }
}

void print_effects(const Outcome& outcome, Context& context) {
  std::ostream& out = context.out();
  const std::size_t listed = std::min(outcome.effects.size(), kEffectsListed);
  for (std::size_t i = 0; i < listed; ++i) {
    const Effect& effect = outcome.effects[i];
    const bool is_blocked = effect.change == Effect::Change::blocked;
    const std::string_view start = is_blocked ? "blocked" : "no longer blocked";
    const TerminalCapabilities& capabilities = context.out_capabilities();
    const std::string text =
        wrap_hanging(fmt::format("{} {}", start, escape_for_terminal(describe_effect(effect))), capabilities.width, 2);
    out << paint(start, is_blocked ? Style::red : Style::green, capabilities) << text.substr(start.size()) << '\n';
  }
  if (outcome.effects.size() > listed) out << fmt::format("and {} more effects\n", outcome.effects.size() - listed);
}

std::string describe_template(const TemplateKey& key) {
  return key.language == english() ? fmt::format("template {}", key.name)
                                   : fmt::format("template {} in {}", key.name, key.language.text());
}

std::string describe_change(const Change& change, const Catalogue& catalogue) {
  std::string subject;
  switch (change.what) {
    case What::group:
      subject = "group " + change.path;
      break;
    case What::license:
      subject = describe_license(change.path, change.name);
      break;
    case What::membership:
      subject = describe_member(change.path, change.name);
      break;
    case What::catalog:
      subject = "catalog " + change.name;
      break;
    case What::mail_template:
      subject = describe_template(TemplateKey::parse(change.name));
      break;
  }
  const std::string details = change.op == Op::update   ? describe_update(change, catalogue)
                              : change.op == Op::create ? describe_item(change.after, catalogue)
                                                        : describe_item(change.before, catalogue);
  return details.empty() ? subject : fmt::format("{}: {}", subject, details);
}

std::string mark_of(Op op, const TerminalCapabilities& capabilities) {
  if (op == Op::create) return paint("+", Style::green, capabilities);
  return op == Op::remove ? paint("-", Style::red, capabilities) : paint("~", Style::yellow, capabilities);
}

std::string describe_counts(const Counts& counts, const Catalogue& catalogue) {
  std::vector<std::string> parts;
  for (const ResourceId id : catalogue.counted_in_order()) {
    if (counts[id] > 0) parts.push_back(fmt::format("{} {}", catalogue.counted()[id].name, counts[id]));
  }
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string describe_labels(const Labels& labels) {
  std::vector<std::string> parts;
  labels.for_each(
      [&](std::string_view key, std::string_view value) { parts.push_back(fmt::format("{}={}", key, value)); });
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

std::string join_license_names(const PathNode& group, const char* separator) {
  std::vector<std::string> names;
  for (const License& license : group.licenses) names.push_back(license.name);
  return fmt::format("{}", fmt::join(names, separator));
}

std::string describe_features(const Features& features, const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const FeatureId id : catalogue.features_in_order()) {
    if (features.has(id)) names.push_back(catalogue.features()[id]);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace allot::cli
