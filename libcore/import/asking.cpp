#include "libcore/import/asking.hpp"

#include <utility>

#include "libcore/model/tree_check.hpp"

namespace allot {
namespace {

using RowFate = Merge::RowFate;

class AskingSearch {
 public:
  AskingSearch(const Merge& merge, const Path& into, ResourceId id, Day day)
      : merge_(merge), tree_(merge.tree()), into_(into), id_(id), day_(day) {}

  /// Returns the items that the limit of `group`, a group of the tree or above it, must cover.
  Holders run(const Path& group) {
    if (group != into_ && group.contains(into_)) {
      add_group(0);
    } else if (const auto row = find_row(group)) {
      add_inside(*row);
    }
    return keep_largest(std::move(found_));
  }

 private:
  std::optional<Tree::Row> find_row(const Path& path) const {
    if (!into_.contains(path)) return std::nullopt;
    Tree::Row row = 0;
    for (std::size_t depth = into_.depth(); depth < path.depth(); ++depth) {
      Tree::Row next = Tree::kNone;
      tree_.for_each_child(row, [&](Tree::Row child) {
        if (tree_.groups()[child].name.view() == path.names()[depth]) next = child;
      });
      if (next == Tree::kNone) return std::nullopt;
      row = next;
    }
    return row;
  }

  /// Adds what a group uses of the groups above: its licences if it is reserved, else what is inside it.
  void add_group(Tree::Row row) {
    if (tree_.restriction(row) != Restriction::reserved) return add_inside(row);
    tree_.for_each_license(row, [&](Tree::Row license) {
      const Tree::License& entry = tree_.licenses()[license];
      add(merge_.fate_of_license(license), entry.grant, [&] { return describe_license(path_of(row), entry.name); });
    });
  }

  void add_inside(Tree::Row row) {
    tree_.for_each_member(row, [&](Tree::Row member) {
      const Tree::Member& entry = tree_.members()[member];
      add(merge_.fate_of_member(member), entry.grant, [&] { return describe_member(path_of(row), entry.email); });
    });
    tree_.for_each_child(row, [&](Tree::Row child) { add_group(child); });
  }

  template <typename Describe>
  void add(RowFate fate, Tree::Row grant_row, Describe describe) {
    if (fate != RowFate::created && fate != RowFate::updated) return;
    const Grant& grant = tree_.grant(grant_row);
    const std::int64_t count = grant.counts[id_];
    if (count > 0 && grant.period.contains(day_)) found_.push_back({describe(), count});
  }

  std::string path_of(Tree::Row row) const { return tree_.path_of(row, into_.to_string()); }

  const Merge& merge_;
  const Tree& tree_;
  const Path& into_;
  ResourceId id_;
  Day day_;
  std::vector<Holder> found_;
};

}  // namespace

void add_asking(const Merge& merge, const Path& into, const Catalogue& catalogue, Day today, Violations& violations) {
  for (Violation& violation : violations.listed()) {
    if (violation.rule != "limit" || violation.group == kAbove) continue;
    const auto id = catalogue.find_counted(violation.item);
    if (!id) continue;
    const Day day = violation.span.from.is_finite() ? violation.span.from : today;
    violation.asking = AskingSearch{merge, into, *id, day}.run(Path::parse(violation.group));
  }
}

}  // namespace allot
