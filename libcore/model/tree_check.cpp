#include "libcore/model/tree_check.hpp"

#include <algorithm>
#include <utility>

namespace allot {
namespace {

/// The restricted group that a row draws on.
struct Source {
  const Capacity* capacity = nullptr;
  Tree::Row row = Tree::kNone;   // kNone: above the tree
  std::vector<bool> unlicensed;  // resources whose lack was already reported
};

class TreeCheck {
 public:
  TreeCheck(const Tree& tree, const Usages& usages, const ParentContext& parent_context, const Catalogue& catalogue,
            Day today, ViolationReport& violation_report)
      : tree_(tree),
        usages_(usages),
        parent_context_(parent_context),
        catalogue_(catalogue),
        today_(today),
        violation_report_(violation_report) {}

  void run() {
    Source above;
    above.capacity = parent_context_.capacity;
    visit(0, above);
  }

 private:
  // Recursion is bounded by the longest path, 256 names.
  void visit(Tree::Row row, Source& above) {
    const Restriction restriction = tree_.restriction(row);
    const bool is_restricted = restriction != Restriction::none;
    tree_.for_each_license(row, [&](Tree::Row license) { check_license(row, license, above, is_restricted); });
    if (!is_restricted) {
      visit_inside(row, above);
      return;
    }
    const GrantList grants = tree_.grants_of(row);
    const Capacity capacity = Capacity::of(grants, above.capacity, catalogue_);
    Source source;
    source.capacity = &capacity;
    source.row = row;
    if (row == 0 && parent_context_.asked != nullptr) parent_context_.asked->hold_for(usages_[row], capacity);
    if (restriction == Restriction::shared && above.capacity != nullptr) check_shared(row, grants, capacity, above);
    check_limit(row, capacity);
    visit_inside(row, source);
  }

  void visit_inside(Tree::Row row, Source& source) {
    tree_.for_each_member(row, [&](Tree::Row member) { check_member(row, member, source); });
    tree_.for_each_child(row, [&](Tree::Row child) { visit(child, source); });
  }

  void check_license(Tree::Row row, Tree::Row license, Source& above, bool is_restricted) {
    const Tree::License& entry = tree_.licenses()[license];
    rule_violations_.clear();
    check_grant(tree_.grant(entry.grant), catalogue_, rule_violations_);
    const std::size_t own = rule_violations_.size();
    if (is_restricted && above.capacity != nullptr)
      check_draw(tree_.grant(entry.grant), *above.capacity, today_, rule_violations_);
    report(own, row, above, [&] { return describe_license(path_of(row), entry.name); });
  }

  void check_member(Tree::Row row, Tree::Row member, Source& source) {
    const Tree::Member& entry = tree_.members()[member];
    rule_violations_.clear();
    check_grant(tree_.grant(entry.grant), catalogue_, rule_violations_);
    const std::size_t own = rule_violations_.size();
    if (source.capacity != nullptr) check_draw(tree_.grant(entry.grant), *source.capacity, today_, rule_violations_);
    report(own, row, source, [&] { return describe_member(path_of(row), entry.email); });
  }

  void check_shared(Tree::Row row, const GrantList& grants, const Capacity& capacity, const Source& above) {
    rule_violations_.clear();
    check_ceiling(grants, capacity, *above.capacity, today_, rule_violations_);
    const bool is_own = row == 0 && parent_context_.asked != nullptr;
    const bool is_lowered = row != 0 && parent_context_.asked != nullptr && !parent_context_.asked->by().empty();
    if (is_own) {
      parent_context_.asked->drawn_from(*above.capacity);
      parent_context_.asked->bound_by(capacity.limits, *above.capacity);
    }
    for (RuleViolation& rule_violation : rule_violations_) {
      if (is_own) parent_context_.asked->complete(rule_violation);
      if (is_lowered) {
        rule_violation.allotted = rule_violation.requested;
        violation_report_.add(rule_violation, path_of(above), parent_context_.asked->by(),
                              Holders{{Holder{path_of(row), *rule_violation.requested}}, 1});
        continue;
      }
      if (!rule_violation.accepted) rule_violation.accepted = rule_violation.limit;
      violation_report_.add(rule_violation, path_of(above), path_of(row));
    }
  }

  void check_limit(Tree::Row row, const Capacity& capacity) {
    rule_violations_.clear();
    check_limits(usages_[row], capacity, today_, rule_violations_);
    const std::string by = row == 0 && parent_context_.asked != nullptr ? parent_context_.asked->by() : std::string{};
    for (RuleViolation& rule_violation : rule_violations_) {
      if (by.empty()) rule_violation.accepted = rule_violation.limit;
      Holders holders;
      if (violation_report_.is_listing()) {
        holders =
            find_holders(tree_, usages_, parent_context_.top, row, rule_violation.item->id, rule_violation.span.from);
      }
      violation_report_.add(rule_violation, path_of(row), by, std::move(holders));
    }
  }

  /// Adds `rule_violations_` to the report: the first `own` are of the group at `row`, the others of `source`.
  template <typename Describe>
  void report(std::size_t own, Tree::Row row, Source& source, Describe describe) {
    for (std::size_t i = 0; i < rule_violations_.size(); ++i) {
      const RuleViolation& rule_violation = rule_violations_[i];
      if (rule_violation.rule == Rule::limit && is_told(source, rule_violation.item->id)) continue;
      violation_report_.add(rule_violation, i < own ? path_of(row) : path_of(source),
                            violation_report_.is_listing() ? describe() : "");
    }
  }

  /// Returns whether the lack of licences for `id` in `source` was already reported; it is reported once for a group
  /// and item.
  static bool is_told(Source& source, ResourceId id) {
    if (id >= source.unlicensed.size()) source.unlicensed.resize(id + 1, false);
    const bool was_told = source.unlicensed[id];
    source.unlicensed[id] = true;
    return was_told;
  }

  std::string path_of(Tree::Row row) const { return tree_.path_of(row, parent_context_.top); }
  std::string path_of(const Source& source) const {
    return source.row == Tree::kNone ? parent_context_.capacity_path : path_of(source.row);
  }

  const Tree& tree_;
  const Usages& usages_;
  const ParentContext& parent_context_;
  const Catalogue& catalogue_;
  const Day today_;
  ViolationReport& violation_report_;
  RuleViolations rule_violations_;
};

}  // namespace

void check_tree(const Tree& tree, const Usages& usages, const ParentContext& parent_context, const Catalogue& catalogue,
                Day today, ViolationReport& violation_report) {
  TreeCheck(tree, usages, parent_context, catalogue, today, violation_report).run();
}

Holders find_holders(const Tree& tree, const Usages& usages, const std::string& top, Tree::Row group, ResourceId id,
                     Day day) {
  std::vector<Holder> holders;
  tree.for_each_child(group, [&](Tree::Row child) {
    std::int64_t count = 0;
    if (tree.restriction(child) == Restriction::reserved) {
      for (const Grant* grant : tree.grants_of(child)) {
        if (grant->period.contains(day)) count += grant->counts[id];
      }
    } else {
      count = usages[child][id].at(day);
    }
    if (count > 0) holders.push_back({tree.path_of(child, top), count});
  });
  tree.for_each_member(group, [&](Tree::Row member) {
    const Tree::Member& entry = tree.members()[member];
    const Grant& grant = tree.grant(entry.grant);
    if (!grant.period.contains(day) || grant.counts[id] == 0) return;
    holders.push_back({describe_member(tree.path_of(group, top), entry.email), grant.counts[id]});
  });
  return keep_largest(std::move(holders));
}

Holders keep_largest(std::vector<Holder> holders) {
  constexpr std::size_t kMost = 10;
  std::stable_sort(holders.begin(), holders.end(), [](const Holder& a, const Holder& b) { return a.count > b.count; });
  const std::size_t total = holders.size();
  if (total > kMost) holders.resize(kMost);
  return {std::move(holders), total};
}

}  // namespace allot
