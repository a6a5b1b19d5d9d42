#include <random>

#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

/// Makes hierarchies in which the rest of a file matters for what comes before: users without names, spellings,
/// resources that are declared last, keys of a group after its contents.
class Hierarchies {
 public:
  explicit Hierarchies(unsigned seed) : random_(seed) {}

  std::string next() {
    std::vector<std::string> keys{"allot: 1\n"};
    has_door_ = is_one_in(3);
    if (has_door_) keys.push_back("catalog: {counted: {door: }}\n");
    add_keys(keys, "", 0);
    std::shuffle(keys.begin(), keys.end(), random_);
    return join(keys);
  }

  bool is_one_in(unsigned count) { return below(count) == 0; }

 private:
  unsigned below(unsigned count) { return std::uniform_int_distribution<unsigned>{0, count - 1}(random_); }

  template <std::size_t N>
  const char* one_of(const std::array<const char*, N>& words) {
    return words[below(N)];
  }

  static std::string join(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += key;
    return text;
  }

  std::string user() {
    const auto name = one_of<6>({"", "", "name: One, ", "name: Two, ", "name: \"\", ", "name: , "});
    const auto count =
        one_of<6>({"sip: 1", "sip: 2", "mobile: 1, sip: 1", "role: admin", "role: user", "features: [ukey2]"});
    const auto door = is_one_in(has_door_ ? 3 : 300) ? ", door: 1" : "";
    return std::string{"{"} + name + count + door + "}";
  }

  void add_keys(std::vector<std::string>& keys, const std::string& indent, int depth) {
    if (is_one_in(3)) keys.push_back(indent + "kind: " + one_of<2>({"site", "house"}) + "\n");
    if (is_one_in(8)) keys.push_back(indent + "restriction: none\n");
    if (is_one_in(6)) keys.push_back(indent + "suspended: " + one_of<2>({"true", ""}) + "\n");
    if (depth == 0 || is_one_in(4)) keys.push_back(indent + license(depth));
    if (is_one_in(2)) keys.push_back(users(indent));
    if (depth < 3) keys.push_back(groups(indent, depth));
    if (is_one_in(200)) keys.push_back(indent + "unknown: 1\n");
  }

  /// A licence that is usually enough for the groups below.
  std::string license(int depth) {
    const std::string count = std::array{"600", "120", "24", "9"}[static_cast<std::size_t>(depth)];
    const std::string door = has_door_ ? ", door: " + count : "";
    return "licenses: {main: {sip: " + count + ", mobile: " + count + ", features: [ukey2]" + door + "}}\n";
  }

  std::string users(const std::string& indent) {
    std::string text = indent + "users:\n";
    const bool has_capitals = is_one_in(6);
    for (const char* const email : {"ann@x.example", "bob@x.example", "cat@x.example"}) {
      if (is_one_in(3)) continue;
      std::string spelled = email;
      if (has_capitals) spelled[0] = static_cast<char>(spelled[0] - 'a' + 'A');
      text += indent + "  " + spelled + ": " + user() + "\n";
    }
    return text;
  }

  std::string groups(const std::string& indent, int depth) {
    std::string text = indent + "groups:\n";
    for (const char* const name : {"a", "b", "c"}) {
      if (is_one_in(3)) continue;
      std::vector<std::string> keys;
      add_keys(keys, indent + "    ", depth + 1);
      std::shuffle(keys.begin(), keys.end(), random_);
      text += indent + "  " + name + ":" + (keys.empty() ? " {}" : "") + "\n" + join(keys);
    }
    return text;
  }

  std::mt19937 random_;
  bool has_door_ = false;
};

std::string describe(const Outcome& outcome) {
  std::string text;
  for (const Counters* const each : {&outcome.created, &outcome.updated, &outcome.removed, &outcome.unchanged}) {
    text += std::to_string(each->groups) + ' ' + std::to_string(each->licenses) + ' ' +
            std::to_string(each->memberships) + ' ' + std::to_string(each->catalog) + '\n';
  }
  for (const std::string& note : outcome.notes) text += note + '\n';
  if (!outcome.has_all_changes) return text;
  for (const Change& change : outcome.changes) {
    text += std::to_string(static_cast<int>(change.op)) + ' ' + change.path + ' ' + change.name + '\n';
  }
  return text;
}

std::string describe(const Error& error) {
  std::string text = error.what() + std::string{'\n'};
  for (const Problem& problem : error.problems()) text += std::to_string(problem.line) + ' ' + problem.message + '\n';
  for (const Violation& violation : error.violations().listed()) text += violation.message + '\n';
  return text;
}

/// A file, and how it is imported.
struct Trial {
  std::string text;
  Prune prune = Prune::no;
  std::optional<std::string> actor;
  const char* into = "/";
};

/// Imports with members saved after every `piece` of them; returns the result or the error.
std::string import_in_pieces(Company& company, std::size_t piece, const Trial& trial) {
  company.piece = piece;
  std::string result;
  const auto error =
      find_error([&] { result = describe(company.import(trial.text, trial.into, trial.prune, trial.actor)); });
  return error ? describe(*error) : result;
}

}  // namespace

TEST_CASE("members that are saved while the file is read are as if it were read completely before") {
  constexpr int kStores = 8;
  constexpr int kImports = 12;
  int accepted = 0;
  int refused = 0;
  for (int store = 0; store < kStores; ++store) {
    Hierarchies hierarchies{static_cast<unsigned>(store)};
    Company whole;
    std::array<Company, 3> in_pieces;
    for (int i = 0; i < kImports; ++i) {
      Trial trial{hierarchies.next(), hierarchies.is_one_in(3) ? Prune::yes : Prune::no, std::nullopt, "/"};
      const std::optional<std::string> ann{"ann@x.example"};
      for (const char* const group : {"/", "/a"}) {
        const bool is_visible = !find_error([&] { whole.text(group, ann); });
        if (is_visible && hierarchies.is_one_in(3)) trial = {trial.text, trial.prune, ann, group};
      }
      CAPTURE(trial.text);
      CAPTURE(store);
      const std::string before = whole.text();
      const std::string expected = import_in_pieces(whole, SIZE_MAX, trial);
      const std::string after = whole.text();
      CHECK(whole.faults().empty());
      (after == before ? refused : accepted) += 1;
      for (std::size_t piece = 1; piece <= in_pieces.size(); ++piece) {
        Company& company = in_pieces[piece - 1];
        CHECK(import_in_pieces(company, piece, trial) == expected);
        CHECK(company.text() == after);
        CHECK(company.faults().empty());
      }
    }
  }
  CHECK(accepted > kStores);
  CHECK(refused > kStores);
}

TEST_CASE("the problems of a file are reported before a change that is not permitted") {
  Company company;
  company.piece = 1;
  company.import("allot: 1\ngroups: {a: {users: {ann@x.example: {role: concierge}}}}\n");
  const std::string denied = "allot: 1\nusers: {bob@x.example: {name: Bob}}\n";
  const auto kind_of = [&](const std::string& text) {
    return error_of([&] { company.import(text, "/a", Prune::no, "ann@x.example"); }).kind();
  };
  CHECK(kind_of(denied) == ErrorKind::denied);
  CHECK(kind_of(denied + "unknown: 1\n") == ErrorKind::invalid_input);
}

TEST_CASE("an administrator's rights are those before the import, though the file takes them away") {
  Company company;
  company.piece = 1;
  company.import("allot: 1\nusers: {ann@x.example: {name: Ann, role: admin}}\n");
  company.import(
      "allot: 1\nusers: {ann@x.example: {name: Ann, role: user}, bob@x.example: {name: Bob}}\n"
      "catalog: {features: [bell]}\ngroups: {a: {}}\n",
      "/", Prune::no, "ann@x.example");
  CHECK(company.text() ==
        "allot: 1\ncatalog:\n  features: [bell]\nusers:\n  ann@x.example: {name: Ann}\n  bob@x.example: {name: Bob}\n"
        "groups:\n  a: {}\n");
}

}  // namespace allot::unit
