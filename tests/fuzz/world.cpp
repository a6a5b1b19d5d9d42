#include "tests/fuzz/world.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "cli/run.hpp"

namespace allot::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::array kDocumented{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 74, 75};

constexpr std::string_view kBatch = R"(
catalog add lift --counted --requires sip
catalog add face-id --feature
group add /north --kind dealer --restriction reserved --label contract=K-77 --language de
license add / spare --type trial --sip 100 --mobile 50 --count lift=7 --feature face-id --until 2028-06-30
license add /north main --sip 400 --mobile 300 --feature ukey2 --from 2026-01-01 --until 2026-12-31
license add /north next --sip 300 --mobile 100 --from 2027-01-01 --until 2027-12-31
group add /north/tower-a --kind building
license add /north/tower-a main --label order=1 --label po=2 --sip 50 --mobile 20 --restriction shared --until 2026-12-01
group add "/north/tower-a/flat 1"
group add /north/closed --restriction reserved
group set /north/closed --suspend
group set /north --remind-before 60 --remind-repeat weekly --remind-users
user add /north ann@north.example --name "Ann Lee" --role admin
user add "/north/tower-a/flat 1" bob@x.example --name Bob --sip 2 --mobile 1 --until 2026-11-30
user add /north/tower-a bob@x.example --sip 1 --no-features --label badge=7 --language uk
user add / root@x.example --role admin --sip 3
group add /south --kind dealer
group add /south/hidden-word
user add /south carl@south.example --role concierge --sip 9 --from 2026-12-01
license add /south hidden-licence --sip 15 --feature ukey2
)";

/// Removes the folder of this process at its end.
struct Folder {
  Folder() {
    const char* const place = std::getenv("TMPDIR");
    name = std::string{place == nullptr ? "/tmp" : place} + "/allot-fuzz-XXXXXX";
    require(mkdtemp(name.data()) != nullptr, "a folder for the harness can be made");
  }
  ~Folder() {
    std::error_code failure;
    fs::remove_all(name, failure);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string name;
};

/// Runs a command on the seed under construction; the command must succeed.
void grow(std::vector<std::string> words, std::string_view input = {}) {
  words.insert(words.begin(), {"--db", path_of("seed.db")});
  const Answer answer = run(words, input);
  if (answer.status != 0) std::fputs(answer.err.c_str(), stderr);
  require(answer.status == 0, "the seed can be made");
}

/// A hierarchy of `count` groups below /many.
std::string many_groups(int count, std::string_view kind) {
  std::string text = "allot: 1\ngroups:\n  many:\n    groups:\n";
  for (int i = 0; i < count; ++i) {
    text += "      group-" + std::to_string(i) + ": {kind: " + std::string{kind} + "}\n";
  }
  return text;
}

std::string make_seed(Seed seed) {
  grow({"init", "--sip", "1000", "--mobile", "800", "--feature", "ukey2", "--until", "2027-12-31"});
  grow({"batch"}, kBatch);
  grow({"license", "set", "/north", "main", "--until", "2026-12-15"});
  grow({"user", "move", "bob@x.example", "/north/tower-a", "/north"});
  grow({"undo"});
  grow({"group", "rename", "/north/tower-a", "tower-b"});
  grow({"template", "set", "admin", "--body", "-"}, "Hello {{name}}\n");
  if (seed != Seed::small) {
    grow({"import", "-"}, many_groups(seed == Seed::wide ? 320 : 1100, "site"));
    grow({"import", "-"}, many_groups(320, "flat"));
  }
  grow({"group", "remove", "-r", "/north/closed"});
  grow({"check"});
  std::string bytes = read_file(path_of("seed.db"));
  fs::remove(path_of("seed.db"));
  return bytes;
}

}  // namespace

void require(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

std::string path_of(std::string_view name) {
  static const Folder folder;
  return folder.name + '/' + std::string{name};
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.flush();
  require(file.good(), "the harness can write its files");
}

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Answer run(const std::vector<std::string>& words, std::string_view input,
           const std::map<std::string, std::string>& variables) {
  std::istringstream in{std::string{input}};
  std::ostringstream out;
  std::ostringstream err;
  const auto find_variable = [&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  cli::Streams streams{in,
                       out,
                       err,
                       -1,
                       -1,
                       find_variable,
                       [] { return *Day::parse("2026-11-24"); },
                       [] { return std::int64_t{1795500000}; }};
  const int status = cli::run(words, streams);
  const bool is_documented = std::find(kDocumented.begin(), kDocumented.end(), status) != kDocumented.end();
  if (!is_documented) std::fprintf(stderr, "status %d: %s\n", status, std::move(err).str().c_str());
  require(is_documented, "every exit status is one that allot(1) lists, and none says that allot has a fault");
  return {status, std::move(out).str(), std::move(err).str()};
}

const std::string& seed_store(Seed seed) {
  static std::map<Seed, std::string> made;
  const auto found = made.find(seed);
  return found != made.end() ? found->second : made.emplace(seed, make_seed(seed)).first->second;
}

}  // namespace allot::fuzz
