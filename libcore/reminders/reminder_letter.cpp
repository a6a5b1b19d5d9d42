#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/reminders/reminders.hpp"

namespace allot {
namespace {

/// Converts a digest to the variables of templates in a language; allot-template(1), Variables.
class Wording {
 public:
  Wording(const Catalogue& catalogue, Day day, const Language& language)
      : catalogue_(catalogue), day_(day), language_(language) {}

  Facts facts_of(const Digest& digest) const {
    Facts::List licenses;
    Facts::List accesses;
    Day first_license = Day::last();
    Day first_access = Day::last();
    for (const LicenseReminder& each : digest.licenses) {
      licenses.push_back(facts_of(each));
      first_license = std::min(first_license, each.due->ending.slot.last);
    }
    for (auto each = digest.accesses.begin(); each != digest.accesses.end(); ++each) {
      const DueAccess& due = *each;
      // An access in the windows of several licences can have one and the same end.
      if (std::any_of(digest.accesses.begin(), each, [&](const DueAccess& before) { return is_same(before, due); })) {
        continue;
      }
      accesses.push_back(facts_of(due));
      first_access = std::min(first_access, due.end.last);
    }
    const bool has_licenses = !licenses.empty();
    const bool has_ends = has_licenses || !accesses.empty();
    Facts facts;
    facts.set("name", digest.name.empty() ? digest.email : digest.name);
    facts.set("email", digest.email);
    facts.set("today", day_.to_string());
    facts.set("first_day", has_ends ? (has_licenses ? first_license : first_access).to_string() : "");
    set_number("license_count", static_cast<std::int64_t>(licenses.size()), facts);
    set_number("access_count", static_cast<std::int64_t>(accesses.size()), facts);
    facts.set_list("single_license", licenses.size() == 1 ? licenses : Facts::List{});
    facts.set_flag("several_licenses", licenses.size() > 1);
    facts.set_list("single_access", !has_licenses && accesses.size() == 1 ? accesses : Facts::List{});
    facts.set_flag("several_accesses", !has_licenses && accesses.size() > 1);
    facts.set_list("licenses", std::move(licenses));
    facts.set_list("accesses", std::move(accesses));
    add_warnings(digest, has_ends, facts);
    return facts;
  }

 private:
  static bool is_same(const DueAccess& a, const DueAccess& b) { return a.path == b.path && a.end.last == b.end.last; }

  void add_warnings(const Digest& digest, bool has_ends, Facts& facts) const {
    Facts::List warnings;
    for (const DueWarning& warning : digest.warnings) warnings.push_back(facts_of(warning));
    set_number("warning_count", static_cast<std::int64_t>(warnings.size()), facts);
    facts.set_flag("only_warnings", !has_ends);
    facts.set_list("single_warning", warnings.size() == 1 ? warnings : Facts::List{});
    facts.set_flag("several_warnings", warnings.size() > 1);
    facts.set_list("warnings", std::move(warnings));
  }

  Facts facts_of(const DueWarning& warning) const {
    Facts facts;
    facts.set("group", warning.path);
    facts.set("item", warning.key.item);
    set_number("limit", warning.limit, facts);
    set_number("available", warning.available, facts);
    set_number("percent", warning.percent, facts);
    facts.set("see", fmt::format("allot state {} -r --depth 1 --held", quote_for_shell(warning.path)));
    add_whom_to_ask(!warning.advice.may_change, warning.advice, warning.path, facts);
    return facts;
  }

  Facts facts_of(const LicenseReminder& reminder) const {
    const DueLicense& due = *reminder.due;
    const License& license = due.ending.license;
    Facts facts;
    facts.set("group", due.path);
    facts.set("license", license.name);
    facts.set("type", license.type);
    facts.set("holds", describe(license.grant));
    add_days(due.ending.slot.last, facts);
    facts.set_list("falls", facts_of(due.ending.reductions));
    add_blocked(due.blocked, facts);
    const bool ends_itself = license.grant.period.until.is_finite();
    facts.set("extend", ends_itself && reminder.advice.may_change ? write_command(due.path, license.name) : "");
    add_whom_to_ask(reminder.must_ask(), reminder.advice, due.path, facts);
    return facts;
  }

  static std::string write_command(const std::string& group, const std::string& license) {
    const std::string words = fmt::format("{} {}", quote_for_shell(group), quote_for_shell(license));
    return license.starts_with('-') ? fmt::format("allot license set --until YYYY-MM-DD -- {}", words)
                                    : fmt::format("allot license set {} --until YYYY-MM-DD", words);
  }

  /// Sets `ask` and the variables with it; empty unless the recipient must ask.
  static void add_whom_to_ask(bool must_ask, const Advice& advice, const std::string& path, Facts& facts) {
    const std::string users = list_users_above(advice);
    const std::string whom = advice.above.empty() ? fmt::format("an administrator of a group above {}", path)
                                                  : fmt::format("an administrator of {}: {}", advice.above, users);
    facts.set("ask", must_ask ? whom : "");
    facts.set("ask_group", must_ask ? advice.above : "");
    facts.set("ask_users", must_ask ? users : "");
  }

  static std::string list_users_above(const Advice& advice) {
    constexpr std::ptrdiff_t kNamed = 3;
    const auto& users = advice.above_users;
    const auto end = users.begin() + std::min(kNamed, static_cast<std::ptrdiff_t>(users.size()));
    return fmt::format("{}", fmt::join(users.begin(), end, ", "));
  }

  Facts facts_of(const DueAccess& due) const {
    Facts facts;
    facts.set("group", due.path);
    facts.set("license", due.slot.license);
    facts.set_flag("own_end", due.end.is_own);
    add_days(due.end.last, facts);
    facts.set_list("falls", facts_of(due.end.reductions));
    facts.set_flag("covered", due.is_covered);
    Facts::List others;
    for (const std::string& path : due.others) {
      Facts other;
      other.set("group", path);
      others.push_back(std::move(other));
    }
    facts.set_list("others", std::move(others));
    return facts;
  }

  Facts::List facts_of(const std::vector<Reduction>& reductions) const {
    Facts::List list;
    for (const Reduction& reduction : reductions) {
      const bool is_counted = reduction.item.kind == Item::Kind::counted;
      Facts facts;
      facts.set("item", name_of(catalogue_, reduction.item));
      facts.set("from", is_counted ? std::to_string(reduction.from) : "on");
      facts.set("to", is_counted ? std::to_string(reduction.to) : "off");
      facts.set_flag("feature", !is_counted);
      list.push_back(std::move(facts));
    }
    return list;
  }

  void add_days(Day last, Facts& facts) const {
    const int left = last.number() - day_.number();
    facts.set("last_day", last.to_string());
    facts.set("day_after", last.next().to_string());
    set_number("days_left", left, facts);
    facts.set_flag("ends_today", left == 0);
    facts.set_flag("ends_tomorrow", left == 1);
    facts.set_flag("ends_later", left > 1);
    facts.set("when", left == 0 ? "today" : left == 1 ? "tomorrow" : fmt::format("in {} days", left));
  }

  std::string describe(const Grant& grant) const {
    std::vector<std::string> parts;
    for (const ResourceId id : catalogue_.counted_in_order()) {
      if (grant.counts[id] > 0) parts.push_back(fmt::format("{} {}", grant.counts[id], catalogue_.counted()[id].name));
    }
    for (const FeatureId id : catalogue_.features_in_order()) {
      if (grant.features.has(id)) parts.push_back(catalogue_.features()[id]);
    }
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  void add_blocked(const Blocked& blocked, Facts& facts) const {
    const std::vector<std::string> counts = describe_counts(blocked.granted);
    facts.set("blocked", describe(blocked, counts));
    facts.set_flag("blocks_groups", blocked.groups > 0);
    facts.set_flag("blocks_users", blocked.users > 0);
    set_number("blocked_groups", blocked.groups, facts);
    set_number("blocked_users", blocked.users, facts);
    facts.set("blocked_counts", fmt::format("{}", fmt::join(counts, ", ")));
  }

  std::vector<std::string> describe_counts(const std::vector<std::int64_t>& counts) const {
    std::vector<std::string> parts;
    for (const ResourceId id : catalogue_.counted_in_order()) {
      if (counts[id] > 0) parts.push_back(fmt::format("{} {}", counts[id], catalogue_.counted()[id].name));
    }
    return parts;
  }

  static std::string describe(const Blocked& blocked, const std::vector<std::string>& counts) {
    std::vector<std::string> whom;
    const auto add = [&](std::int64_t count, std::string_view noun, const char* where) {
      if (count > 0) whom.push_back(count_of(static_cast<std::size_t>(count), noun) + where);
    };
    add(blocked.groups, "group", " below it");
    add(blocked.users, "user", "");
    std::string text = fmt::format("{}", fmt::join(whom, " and "));
    if (!counts.empty()) text += fmt::format(", with {} granted", fmt::join(counts, " and "));
    return text;
  }

  void set_number(const std::string& name, std::int64_t number, Facts& facts) const {
    facts.set_number(name, number, language_.text());
  }

  const Catalogue& catalogue_;
  Day day_;
  const Language& language_;
};

/// Returns the built-in texts in a language, else in English.
MailTemplate get_built_in_texts(const std::string& name, const Language& language) {
  const BuiltInTemplate* const found = find_built_in_template(name, language.text());
  const BuiltInTemplate& built_in = found != nullptr ? *found : get_built_in_template(name);
  return {{std::string{built_in.subject}, built_in.body, {}}, found != nullptr ? language : english(), false};
}

/// Returns whether the text of a template, and its HTML if it has one, show the warnings of a mail.
bool shows_warnings(const TemplateText& text) {
  constexpr std::string_view kWarnings = "warnings";
  return shows_list(text.body, kWarnings) && (!text.html || shows_list(*text.html, kWarnings));
}

}  // namespace

const BuiltInTemplate& get_built_in_template(const std::string& name) {
  if (const BuiltInTemplate* const found = find_built_in_template(name)) return *found;
  std::vector<std::string> names;
  for (const BuiltInTemplate& each : built_in_templates()) {
    if (each.language == kEnglish) names.emplace_back(each.name);
  }
  const auto nearest = find_nearest(name, names);
  throw Error::not_found(
      fmt::format("there is no template {}", quote(name)),
      nearest ? fmt::format("did you mean {}?", *nearest) : fmt::format("there are {}", fmt::join(names, " and ")));
}

MailTemplate get_template(Snapshot& rows, const std::string& name, const Language& language) {
  if (auto set = rows.find_template(TemplateKey{name, language}.text())) return {*std::move(set), language, true};
  const bool is_own = find_built_in_template(name, language.text()) != nullptr;
  return is_own || language == english() ? get_built_in_texts(name, language) : get_template(rows, name, english());
}

Letter write_letter(Snapshot& rows, const Digest& digest, Day day) {
  const bool is_administrator = !digest.licenses.empty() || !digest.warnings.empty();
  const std::string name = is_administrator ? "admin" : "user";
  MailTemplate found = get_template(rows, name, digest.language);
  // A template that was set before reminders had warnings would leave them out.
  if (found.is_set && !digest.warnings.empty() && !shows_warnings(found.text)) {
    found = get_built_in_texts(name, found.language);
  }
  return {render(found.text, Wording{rows.catalogue(), day, found.language}.facts_of(digest)), found.language};
}

}  // namespace allot
