#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/import/merge.hpp"
#include "libcore/import/permissions.hpp"
#include "libcore/import/saving.hpp"
#include "libcore/import/user_name_index.hpp"

namespace allot {

/// The stored spelling of a user's e-mail and the user's name; empty if there is no such user.
struct Person {
  std::string email;
  std::string name;
};

/// Merges the members of a document with those in the store, one group after the other, adds them to the tree and saves
/// the changes at once, except removals. So neither all members of the store nor those of the document are in memory.
class MemberMerge {
 public:
  /// The arguments must outlive this object.
  MemberMerge(Write& write, const Document& document, Merge& merge, ImportPermissions& permissions,
              ImportSaving& saving);

  /// Merges the members that are in the document, which is being read, and removes them from it. It keeps for `finish`
  /// those for which the rest of the file matters. Their groups must be saved.
  void take(Document& document);

  /// Merges the other members of the complete document, and adds those that it does not name.
  void finish(Document& document);

 private:
  /// The members of one group.
  struct Batch {
    Tree::Row group = 0;
    std::vector<const Document::Member*> specified;
    std::vector<Membership> existing;
    std::vector<std::uint32_t> found;  // for each specified member its index in `existing`, or kNew
    bool is_for_later = false;
  };
  static constexpr std::uint32_t kNew = UINT32_MAX;

  /// Whether the rest of the file is still to be read.
  enum class Reading { partly, completely };

  void merge_all(const Rows<Document::Member>& members, const std::vector<std::uint32_t>& order, Reading reading);
  void merge(std::vector<Batch>& batches, Reading reading);
  void load(std::vector<Batch>& batches);
  void match(Batch& batch) const;
  bool depends_on_rest(const Batch& batch);
  void keep_for_later(const Batch& batch);
  void merge(const Batch& batch);
  void create(Tree::Row group, const Document::Member& specified);
  void update(Tree::Row group, const Document::Member& specified, const Membership& before);
  void add_unnamed(Tree::Row group, const MembershipView& member);
  void add_unnamed_groups();
  void insert();
  void announce_new_user();
  std::string_view name_of(const Document::Member& specified);
  Person find_user(std::string_view email);
  void for_each_named(const UserNameIndex::Visit& visit) const;

  Write& write_;
  StoreReader& rows_;
  const Document& document_;
  Merge& merge_;
  Tree& tree_;
  ImportPermissions& permissions_;
  ImportSaving& saving_;
  Authorizer people_;  // sees what the actor saw before the import
  bool has_users_;     // whether the store had users before the import
  UserNameIndex user_names_;
  std::vector<bool> is_merged_;  // for each known group whether its members are in the tree
  Rows<Document::Member> later_;
  // For each run of `later_` its first row and the number of members of the tree before it, in order of the file.
  std::vector<std::pair<std::size_t, std::size_t>> runs_;
  std::size_t taken_ = 0;  // members of the tree when the last part of the file was read
  std::vector<NewMembership> fresh_;
  std::vector<Tree::Row> fresh_groups_;
  std::vector<std::string_view> new_users_;  // of the groups that are merged together
  std::size_t next_new_user_ = 0;
};

}  // namespace allot
