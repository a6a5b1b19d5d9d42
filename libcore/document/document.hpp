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
  std::uint32_t file = 0;  ///< its place in `Document::files`
};

/// What a file says for a key: nothing, the default (an empty value), or a value.
template <typename T>
struct Specified {
  bool is_said = false;
  std::optional<T> value;

  bool operator==(const Specified&) const = default;
};

/// What a file says of a grant: only the keys that it names.
struct GrantPatch {
  std::vector<std::pair<ResourceId, std::int32_t>> counts;  ///< by ascending id; an empty value is 0
  Specified<Features> features;
  Specified<Day> from;
  Specified<Day> until;

  bool operator==(const GrantPatch&) const = default;
};

/// What one or several files say of a subtree, as plain rows; allot-hierarchy(5). Rows never move in it, as growing
/// a vector of a million would touch three times the memory.
struct Document {
  struct Group {
    ShortText name;            ///< empty for the group that the file is imported into
    std::uint32_t parent = 0;  ///< always an earlier row; row 0 is its own parent
    Mark mark;
    Specified<ShortText> kind;
    Specified<Restriction> restriction;
    Specified<bool> suspended;
    Specified<Reminder> reminder;
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
    ShortText name;   ///< where one is said
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
  Catalogue catalogue;             ///< the one it was read with, and at its end what the files add
  std::size_t known_counted = 0;   ///< how many counted resources of `catalogue` are not from the files
  std::size_t known_features = 0;  ///< the same for features
  Rows<Group> groups;              ///< row 0 is the group that the file is imported into
  Rows<License> licenses;
  Rows<Member> members;
  bool has_capital_email = false;  ///< whether an e-mail has a capital letter, so that two spellings can be one user
  Rows<GrantPatch> patches;        ///< equal ones are kept once
  TextArena text;                  ///< what the views point into
};

/// One input: the name that messages show and where its bytes come from.
struct Input {
  std::string name;
  /// Puts up to `size` bytes into `buffer` and gives how many, 0 at the end; throws invalid_input where it cannot read.
  /// Called by one thread at a time, where the input is long not by the one that reads the hierarchy.
  std::function<std::size_t(char* buffer, std::size_t size)> read;
};

/// Where the hierarchy of a file will stand.
struct Target {
  bool is_root = true;    ///< whether it is `/`, which cannot be `shared`
  std::size_t depth = 0;  ///< the number of names in its path
};

/// Reads one hierarchy out of all `inputs`; throws invalid_input with every problem, in order of file, line and column.
Document read_hierarchy(const std::vector<Input>& inputs, const Catalogue& known, const Target& target);

/// Throws invalid_input where `input` is not one well-formed YAML document in UTF-8, whatever it holds.
void check_syntax(const Input& input);

}  // namespace allot
