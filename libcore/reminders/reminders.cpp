#include "libcore/reminders/reminders.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "libcore/access/authorizer.hpp"
#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

struct Person {
  std::string email;
  std::string name;
  Language language;  // of mails about the group in which the person has this membership
};

/// Collects the reminders that are due, by recipient.
class Search {
 public:
  Search(Store& store, Day day, const Language& language)
      : store_(store), ledger_(store.ledger()), day_(day), language_(language) {}

  Reminders run() {
    for (OpenWarning& each : ledger_.open_warnings()) {
      std::set<std::string>& recipients = warned_[std::move(each.key)];
      const bool has_gone = each.state != MailState::deferred && each.state != MailState::withdrawn;
      if (has_gone) recipients.insert(fold_ascii(each.recipient));
    }
    std::vector<std::pair<Path, GroupId>> groups;
    store_.for_each_reminding([&](StoredGroup&& group) { groups.emplace_back(path_of(store_, group.id), group.id); });
    reminders_.groups = groups.size();
    std::sort(groups.begin(), groups.end());
    for (const auto& [path, group] : groups) look_at(path, group);
    for (auto& [key, digest] : digests_) reminders_.digests.push_back(std::move(digest));
    for (StoredMail& mail : ledger_.open_mails()) {
      if (mail.state == MailState::begun) reminders_.begun.push_back(std::move(mail));
    }
    return std::move(reminders_);
  }

 private:
  void look_at(const Path& path, GroupId group) {
    const AncestorPath ancestors = ancestors_at(path);
    look_at_licenses(ancestors, group);
    look_at_supplies(ancestors);
  }

  void look_at_licenses(const AncestorPath& ancestors, GroupId group) {
    const std::vector<ExpiringLicense> endings = find_expiring(ancestors, day_);
    if (endings.empty()) return;
    const std::vector<Person>& administrators = administrators_of(ancestors);
    std::optional<Tree> tree;
    for (const ExpiringLicense& ending : endings) {
      if (ancestors.back().traits.reminder->users) look_at_users(ancestors, ending);
      if (!ending.is_spoken_of()) continue;
      std::shared_ptr<const DueLicense> due;
      for (const Person& person : administrators) {
        if (!is_due_to(person.email, ending.slot)) continue;
        if (!due) {
          if (!tree) tree = load_tree(store_, group);
          due = std::make_shared<DueLicense>(
              DueLicense{ancestors.path(), ending, count_blocked(*tree, ending, ancestors.catalogue())});
        }
        digest_of(person, ancestors).licenses.push_back({due, advice_for(person, ancestors)});
      }
      if (administrators.empty()) {
        reminders_.unreached.push_back({ancestors.path(), ending.license.name, ending.slot.last, {}});
      }
    }
  }

  /// Warns of the resources of which little is available, each recipient once, and ends the warnings of the others.
  void look_at_supplies(const AncestorPath& ancestors) {
    const PathNode& group = ancestors.back();
    const int percent = group.traits.reminder->low;
    if (percent == 0) return;
    for (const ResourceSupply& each : find_supplies(ancestors, percent, day_)) {
      const WarningKey key{group.id, ancestors.catalogue().counted()[each.id].name};
      const auto warned = warned_.find(key);
      if (each.supply == Supply::ample && warned != warned_.end()) reminders_.ended.push_back(key);
      if (each.supply != Supply::low) continue;
      const std::vector<Person>& administrators = administrators_of(ancestors);
      if (administrators.empty()) reminders_.unreached.push_back({ancestors.path(), {}, {}, key.item});
      for (const Person& person : administrators) {
        if (warned != warned_.end() && warned->second.contains(fold_ascii(person.email))) continue;
        digest_of(person, ancestors)
            .warnings.push_back(
                {ancestors.path(), key, each.limit, each.available, percent, advice_for(person, ancestors)});
      }
    }
  }

  void look_at_users(const AncestorPath& ancestors, const ExpiringLicense& ending) {
    store_.for_each_member(ancestors.back().id, [&](const MembershipView& member) {
      auto end = find_access_end(ancestors, ending, member, day_);
      if (!end || !is_due_to(member.email, ending.slot)) return;
      DueAccess due{ancestors.path(), ending.slot, std::move(*end), false, {}};
      find_others(member.email, ancestors.back().id, due);
      const Language language = language_of(member, ancestors, ancestors.size() - 1);
      digest_of({std::string{member.email}, std::string{member.name}, language}).accesses.push_back(std::move(due));
    });
  }

  /// Determines whether the user's other groups provide at least as much as is lost when the access ends.
  void find_others(std::string_view email, GroupId group, DueAccess& due) {
    const Day after = due.end.last.next();
    std::vector<std::int64_t> missing;
    for (const Reduction& reduction : due.end.reductions) missing.push_back(reduction.from - reduction.to);
    std::vector<std::string> givers;
    for (const auto& [other, membership] : store_.memberships_of(email)) {
      if (other == group) continue;
      const AncestorPath ancestors = ancestors_at(path_of(store_, other));
      const Grant given = given_by(ancestors, membership, after);
      bool gives = false;
      for (std::size_t i = 0; i < missing.size(); ++i) {
        const Item& item = due.end.reductions[i].item;
        const std::int64_t share =
            item.kind == Item::Kind::counted ? given.counts[item.id] : (given.features.has(item.id) ? 1 : 0);
        missing[i] -= share;
        gives = gives || share > 0;
      }
      if (gives) givers.push_back(ancestors.path());
    }
    due.is_covered =
        !missing.empty() && std::all_of(missing.begin(), missing.end(), [](auto left) { return left <= 0; });
    if (!due.is_covered) return;
    std::sort(givers.begin(), givers.end());
    due.others = std::move(givers);
  }

  /// Returns the active administrators of the last group of `ancestors`, or of the nearest group above that has any.
  const std::vector<Person>& administrators_of(const AncestorPath& ancestors) {
    for (std::size_t at = ancestors.size(); at-- > 1;) {
      const std::vector<Person>& found = own_administrators(ancestors, at);
      if (!found.empty()) return found;
    }
    return own_administrators(ancestors, 0);
  }

  /// Returns the active administrators of the group at `at`.
  const std::vector<Person>& own_administrators(const AncestorPath& ancestors, std::size_t at) {
    const auto [known, is_new] = administrators_.try_emplace(ancestors[at].id);
    if (is_new) {
      store_.for_each_member(ancestors[at].id, [&, &people = known->second](const MembershipView& member) {
        if (!is_administrator_on(day_, member)) return;
        people.push_back({std::string{member.email}, std::string{member.name}, language_of(member, ancestors, at)});
      });
    }
    return known->second;
  }

  /// Decides whether a recipient may change the licences of the last group of `ancestors`, which requires
  /// `Permission::group`, and else finds the nearest group above it that the recipient sees and somebody administers.
  Advice advice_for(const Person& person, const AncestorPath& ancestors) {
    Advice advice;
    const Scope& scope = scope_of(person.email);
    AccessLevel access = scope.access_in(kRootGroup, AccessLevel::none);
    const std::size_t last = ancestors.size() - 1;
    for (std::size_t at = 0; at < std::max<std::size_t>(last, 1); ++at) {
      access = scope.access_in(ancestors[at].id, access);
      if (access == AccessLevel::none) continue;
      advice.may_change = advice.may_change || access == AccessLevel::administer;
      const std::vector<Person>& administrators = own_administrators(ancestors, at);
      if (administrators.empty()) continue;
      advice.above = ancestors.path_of(at);
      advice.above_users.clear();
      for (const Person& each : administrators) advice.above_users.push_back(each.email);
    }
    return advice;
  }

  const Scope& scope_of(const std::string& email) {
    const auto [known, is_new] = scopes_.try_emplace(fold_ascii(email));
    if (is_new) known->second = Authorizer{store_, day_, email}.scope();
    return *known->second;
  }

  bool is_due_to(std::string_view recipient, const Slot& slot) {
    return is_due(slot, ledger_.deliveries_of(recipient, slot));
  }

  /// Returns the digest of an administrator to whom a reminder of the last group of `ancestors` goes: in the language
  /// of its membership there, if it has one.
  Digest& digest_of(const Person& administrator, const AncestorPath& ancestors) {
    if (digests_.contains(fold_ascii(administrator.email))) return digest_of(administrator);
    Person person = administrator;
    const std::size_t last = ancestors.size() - 1;
    const auto own = store_.find_membership(ancestors[last].id, person.email);
    if (own) person.language = language_of(*own, ancestors, last);
    return digest_of(person);
  }

  Digest& digest_of(const Person& person) {
    Digest& digest = digests_[fold_ascii(person.email)];
    if (digest.email.empty()) {
      digest.email = person.email;
      digest.language = person.language;
    }
    if (digest.name.empty()) digest.name = person.name;
    return digest;
  }

  /// Returns the language of mails about a membership in the group at `at`.
  Language language_of(const MembershipView& member, const AncestorPath& ancestors, std::size_t at) const {
    if (!member.language.is_empty()) return member.language;
    for (std::size_t i = at + 1; i-- > 0;) {
      if (!ancestors[i].traits.language.is_empty()) return ancestors[i].traits.language;
    }
    return language_;
  }

  AncestorPath ancestors_at(const Path& path) { return *find_ancestors(store_, path, everything_); }

  Store& store_;
  Ledger& ledger_;
  Day day_;
  Language language_;
  std::shared_ptr<const Scope> everything_ = std::make_shared<Scope>();
  std::unordered_map<GroupId, std::vector<Person>> administrators_;
  std::unordered_map<std::string, std::shared_ptr<const Scope>> scopes_;  // by e-mail in lower case
  std::map<WarningKey, std::set<std::string>> warned_;  // the open warnings, and who got them, in lower case
  std::map<std::string, Digest> digests_;
  Reminders reminders_;
};

}  // namespace

bool LicenseReminder::must_ask() const {
  return due->ending.license.grant.period.until.is_finite() && !advice.may_change;
}

MailContents Digest::contents() const {
  std::map<Slot, std::string> all;
  for (const LicenseReminder& license : licenses) all.emplace(license.due->ending.slot, license.due->path);
  for (const DueAccess& access : accesses) all.emplace(access.slot, access.path);
  MailContents contents;
  for (const auto& [slot, path] : all) contents.slots.push_back({slot, path});
  for (const DueWarning& warning : warnings) contents.warnings.push_back({warning.key, warning.path});
  return contents;
}

Reminders find_reminders(Store& store, Day day, const Language& language) { return Search{store, day, language}.run(); }

}  // namespace allot
