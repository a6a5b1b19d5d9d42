#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"

namespace allot::cli {

/// What follows a candidate on the command line.
enum class Follow {
  space,  ///< the next word
  slash,  ///< the next word, or a slash and the name of a group below it
  more,   ///< the rest of the word
};

/// A word that could stand at the cursor, with a description.
struct Candidate {
  std::string text;
  std::string description{};
  Follow follow = Follow::space;
};

/// The candidates for the word at the cursor.
struct Candidates {
  std::vector<Candidate> items{};
  bool are_files = false;  ///< the names of files, which the shell finds itself
  bool is_cut = false;     ///< there are more candidates than `items`
  std::string common{};    ///< of a cut list: a text that every candidate begins with

  void add(std::string text, std::string description = {}, Follow follow = Follow::space);
};

/// Candidates from the store, which begin with a text without regard to case. They are what the actor sees.
class StoreCandidates {
 public:
  /// `options` name the store and the actor. The store is opened on first use; each function throws if that fails.
  StoreCandidates(Streams& streams, GlobalOptions options);

  /// Groups, level by level.
  Candidates paths(const std::string& typed);
  /// Users, with their names; those of one group, with their roles.
  Candidates users(const std::string& typed);
  Candidates members(const std::string& group, const std::string& typed);
  /// The groups of a user.
  Candidates groups_of(const std::string& email);
  /// The licences of a group, with their types and periods.
  Candidates licenses(const std::string& group);
  /// The revisions of the log whose digits begin with `typed`, newest first, with their commands.
  Candidates revisions(const std::string& typed);
  /// The kinds of groups; the usual ones where there are none.
  Candidates kinds();
  /// The labels, with their values, of the group, licence or membership that a command such as `user set` changes;
  /// `names` are its arguments. If more follows, each ends in `=`.
  Candidates labels(std::string_view command, const std::vector<std::string>& names, Follow follow);
  /// The columns and the keys of sorting of the list that a command prints.
  Candidates columns(const std::string& command);
  Candidates sort_keys(const std::string& command);
  /// Catalogue entries: the counted resources, each followed by `end`, the features, and both.
  Candidates resources(std::string_view end);
  Candidates features();
  Candidates items();

 private:
  View& view();

  Streams& streams_;
  GlobalOptions options_;
  std::optional<Context> context_;
  std::shared_ptr<View> view_;
};

}  // namespace allot::cli
