#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/model/catalogue.hpp"
#include "libcore/model/hierarchy.hpp"
#include "libcore/model/rows.hpp"
#include "libcore/model/text_arena.hpp"

namespace allot {

/// A place in an input file: line and column from 1, the column in characters.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t file = 0;  ///< the index in `Document::files`
};

/// The specification of a key in a file: not specified, the default (an empty value), or a value.
template <typename T>
struct Specified {
  bool is_said = false;
  std::optional<T> value;

  bool operator==(const Specified&) const = default;
};

/// The specified keys of a licence or membership in a file that both have: those of its grant, its labels,
/// and the language of a membership.
struct GrantPatch {
  std::vector<std::pair<ResourceId, std::int32_t>> counts;  ///< by ascending id; an empty value is 0
  Specified<Features> features;
  Specified<Day> from;
  Specified<Day> until;
  Specified<Labels> labels;
  Specified<Language> language;

  bool operator==(const GrantPatch&) const = default;
};

/// The specified keys of a group in a file, apart from its contents.
struct TraitsPatch {
  Specified<ShortText> kind;
  Specified<Labels> labels;
  Specified<Language> language;
  Specified<Restriction> restriction;
  Specified<bool> suspended;
  Specified<Reminder> reminder;

  bool operator==(const TraitsPatch&) const = default;
};

/// The contents of one or several files for a subtree, as rows; allot-hierarchy(5). The rows never move, because
/// growing a vector of a million rows would touch three times the memory.
struct Document {
  struct Group {
    ShortText name;            ///< empty for the group that the file is imported into
    std::uint32_t parent = 0;  ///< always an earlier row; row 0 is its own parent
    std::uint32_t patch = 0;   ///< row of `traits_patches`; row 0 specifies nothing
    Mark mark;
  };

  struct License {
    std::uint32_t group = 0;
    ShortText name;
    Mark mark;
    Specified<ShortText> type;
    std::uint32_t patch = 0;  ///< row of `patches`
  };

  struct Member {
    std::uint32_t group = 0;
    std::uint32_t patch = 0;
    Mark mark;
    ShortText email;  ///< as written
    ShortText name;   ///< if specified
    bool is_name_said = false;
    bool has_name = false;
    Specified<Role> role;

    Specified<ShortText> said_name() const { return {is_name_said, has_name ? std::optional{name} : std::nullopt}; }
    void say_name(const Specified<ShortText>& specified) {
      is_name_said = specified.is_said;
      has_name = specified.value.has_value();
      if (has_name) name = *specified.value;
    }
  };

  std::vector<std::string> files;
  Catalogue catalogue;             ///< the catalogue used for reading; at the end with the entries that the files add
  std::size_t known_counted = 0;   ///< the number of counted resources of `catalogue` that are not from the files
  std::size_t known_features = 0;  ///< the same for features
  Rows<Group> groups;              ///< row 0 is the group that the file is imported into
  Rows<License> licenses;
  Rows<Member> members;
  bool has_capital_email = false;    ///< whether any e-mail has a capital letter, so that two spellings can be one user
  Rows<TraitsPatch> traits_patches;  ///< equal patches are stored once
  Rows<GrantPatch> patches;          ///< likewise
  TextArena text;                    ///< the storage of the texts

  /// Removes all rows; the texts remain.
  void clear_rows() {
    groups.clear();
    licenses.clear();
    members.clear();
    traits_patches.clear();
    patches.clear();
  }
};

/// An input: its name in messages and its bytes.
struct Input {
  std::string name;
  /// Reads up to `size` bytes into `buffer` and returns their number, 0 at the end; throws invalid_input on a read
  /// error. It is called by one thread at a time; for a long input this is not the thread that reads the hierarchy.
  std::function<std::size_t(char* buffer, std::size_t size)> read;
};

/// The place in the tree of the group that a file describes.
struct Target {
  bool is_root = true;    ///< whether it is `/`, which cannot be `shared`
  std::size_t depth = 0;  ///< the number of names in its path
};

/// Takes members of a document while the rest of its only file is read. All members of a group are there, or none, and
/// the groups of all of them; `document.members` must be empty afterwards.
struct TakeMembers {
  std::size_t piece = 0;  ///< how many members are read before they are taken; a group is not divided
  std::function<void(Document& document)> take;
};

/// Reads one hierarchy from all `inputs` to `document`, which must be empty; throws invalid_input with every problem,
/// by file, line and column. If `taking` is given and there is one input, members are taken as long as there is no
/// problem. Their patches have provisional ids then: those of known entries are final, the others are larger.
void read_hierarchy(const std::vector<Input>& inputs, const Catalogue& known, const Target& target, Document& document,
                    const TakeMembers& taking = {});

/// Throws invalid_input unless `input` is one well-formed YAML document in UTF-8; its contents are not checked.
void check_syntax(const Input& input);

}  // namespace allot
