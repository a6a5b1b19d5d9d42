// Opens damaged stores: a byte selects a valid store, another byte selects a further command, then edits of rows, of
// the schema and of pages (sqlite_edits.hpp).

#include "tests/fuzz/sqlite_edits.hpp"
#include "tests/fuzz/world.hpp"

namespace {

using allot::fuzz::Answer;
using allot::fuzz::require;
using Words = std::vector<std::string>;

const std::vector<Words>& further_commands() {
  static const std::vector<Words> commands{
      {"log", "show", "3"},
      {"log", "show", "9"},
      {"log", "--json"},
      {"log", "/north"},
      {"state", "--as-of", "3"},
      {"state", "-r", "--as-of", "8", "--json"},
      {"state", "/north", "--timeline"},
      {"state", "/north/tower-b", "--why", "sip"},
      {"state", "--user", "bob@x.example"},
      {"state", "-r", "--json"},
      {"undo"},
      {"undo", "5"},
      {"undo", "8", "-n"},
      {"group", "add", "/north/new"},
      {"group", "remove", "-r", "/north"},
      {"group", "move", "/north", "/south"},
      {"group", "tree"},
      {"group", "list", "-r", "--json"},
      {"license", "set", "/north", "main", "--sip", "300"},
      {"license", "list", "-r", "--expiring", "100"},
      {"user", "add", "/north", "new@x.example", "--sip", "1"},
      {"user", "rename", "bob@x.example", "rob@x.example"},
      {"user", "list", "-r", "--json"},
      {"catalog", "list"},
      {"remind"},
      {"remind", "--history"},
      {"remind", "--low", "50"},
      {"template", "list"},
      {"template", "show", "admin"},
      {"check", "--json"},
      {"__complete", "fish", "allot group show /n"},
      {"--as", "ann@north.example", "log"},
      {"--as", "ann@north.example", "state", "-r"},
      {"--as", "ann@north.example", "undo"},
  };
  return commands;
}

Answer run_on(const std::string& store, Words words, std::string_view input = {}) {
  words.insert(words.begin(), {"--db", store});
  const Answer answer = allot::fuzz::run(words, input);
  require((answer.out + answer.err).find('\x1B') == std::string::npos, "no control character is printed raw");
  return answer;
}

/// The export of a store without faults in `check` imports as an equal store.
void use(const std::string& exported) {
  const std::string other = allot::fuzz::path_of("other.db");
  static const std::string empty = [&] {
    require(run_on(other, {"init"}).status == 0, "a store can be made");
    return allot::fuzz::read_file(other);
  }();
  allot::fuzz::write_file(other, empty);
  require(run_on(other, {"import", "-"}, exported).status == 0, "the export of a store without faults is imported");
  require(run_on(other, {"export"}).out == exported, "it is exported again as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using allot::fuzz::Seed;
  allot::fuzz::Bytes bytes{data, size};
  const std::uint8_t choice = bytes.byte();
  const Seed seed = choice == 255 ? Seed::large : choice > 240 ? Seed::wide : Seed::small;
  const Words& further = further_commands()[bytes.below(further_commands().size())];
  allot::fuzz::Edits edits{allot::fuzz::seed_store(seed)};
  while (!bytes.is_at_end()) edits.edit(bytes);
  const std::string store = allot::fuzz::path_of("damaged.db");
  allot::fuzz::write_file(store, edits.finish());

  const int checked = run_on(store, {"check"}).status;
  require(checked == 0 || checked == 1 || checked == 7, "check answers with 0, 1 or 7");
  const Answer exported = run_on(store, {"export"});
  for (const int status : {run_on(store, {"state", "-r"}).status, exported.status, run_on(store, {"log"}).status}) {
    require(status == 0 || status == 7, "a damaged store is shown, or is said to be damaged");
    require(status == 0 || checked != 0, "a store in which check finds nothing can be read");
  }
  if (checked == 0) use(exported.out);
  const int status = run_on(store, further).status;
  require(status != 6 && status != 74 && status != 75, "what is wrong with a store is not called something else");
  for (const char* const rest : {"", "-journal", "-wal", "-shm"}) std::remove((store + rest).c_str());
  return 0;
}
