#include <doctest/doctest.h>

#include <sstream>

#include "cli/authorized_key.hpp"
#include "cli/shell_words.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "tests/unit/cli/support.hpp"

using namespace allot;
using namespace allot::cli;

using Words = std::vector<std::string>;

namespace {

/// Runs sessions of a shell for an administrator of one of two groups.
class Host : public Runner {
 public:
  Host() {
    REQUIRE(run({"init", "--sip", "10"}) == 0);
    for (const char* path : {"/north", "/south"}) REQUIRE(run({"group", "add", path}) == 0);
    REQUIRE(run({"user", "add", "/north", "ann@north.example", "--role", "admin"}) == 0);
  }

  int shell(const std::string& command, const std::string& input = {}) {
    variables["SSH_ORIGINAL_COMMAND"] = command;
    return run(words_of_shell(), input);
  }

  int lines(const std::string& input) {
    variables.erase("SSH_ORIGINAL_COMMAND");
    return run(words_of_shell(), input);
  }

  Words options;  ///< of the shell itself

 private:
  Words words_of_shell() const {
    Words words{"shell", "--as", "ann@north.example"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
};

const std::string kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMDpHhKnBhbJF3WpcMhVQGtRjUxeKWCZTSyPYdGJ4YIC";

std::string fault_of(const std::string& text) {
  try {
    parse_public_key(text, "k.pub");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_input);
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("a shell runs the passed command as its administrator") {
  Host host;
  CHECK(host.shell("group list -r --format tsv") == 0);
  CHECK(host.out.str().starts_with("/north\t"));
  CHECK(host.shell("group show /south") == 4);
  CHECK(host.shell("group add '/north/a b' -q") == 0);
  CHECK(host.shell("group set /north --suspend") == 5);
  CHECK(host.shell("group show /x --json") == 4);
  CHECK(host.err.str().starts_with("{\"error\""));
  CHECK(host.shell("import - --into /north", "allot: 1\ngroups: {c: {}}\n") == 0);
  CHECK(host.shell("batch", "group add /north/d\ngroup add /north/c\n") == 4);
  CHECK(host.shell("group show /north/d") == 4);
}

TEST_CASE("a shell takes no store, actor, configuration, file or variable from its caller") {
  Host host;
  for (const char* command : {"--db x group list",
                              "group list --db=/etc/passwd",
                              "group list --db ''",
                              "--as a@b state",
                              "state --as=a@b",
                              "--config /etc/passwd state",
                              "import x.yaml",
                              "import - /etc/passwd",
                              "diff ./-",
                              "batch x",
                              "export -o x",
                              "export -o -",
                              "init",
                              "backup x",
                              "restore x",
                              "completion bash",
                              "__complete fish 'allot '",
                              "shell --as a@b",
                              "shell",
                              ""}) {
    CAPTURE(command);
    CHECK(host.shell(command) == 2);
    CHECK(host.out.str().empty());
  }
  for (const char* name : {"ALLOT_DB", "ALLOT_AS", "ALLOT_CONFIG", "ALLOT_TODAY"}) host.variables[name] = "nonsense";
  CHECK(host.shell("state --user ann@north.example --json") == 0);
  CHECK(host.out.str().find("2026-11-24") != std::string::npos);
}

TEST_CASE("a shell without an administrator is a usage error, and ALLOT_AS names none") {
  Host host;
  host.variables["ALLOT_AS"] = "ann@north.example";
  CHECK(host.run({"shell"}) == 2);
  CHECK(host.run({"shell", "--as", "nobody"}) == 2);
  CHECK(host.run({"shell", "key.pub", "--as", "ann@north.example"}) == 2);
}

TEST_CASE("each line of a shell is a transaction; the last failing line determines the exit status") {
  Host host;
  CHECK(host.lines("group add /north/a\n\n# nothing\ngroup add /south/a\nnonsense\r\ngroup add /north/b\n") == 2);
  CHECK(host.err.str().find("allot: line 4: there is no group") != std::string::npos);
  CHECK(host.err.str().find("allot: line 5: there is no command \"nonsense\"") != std::string::npos);
  CHECK(host.lines("group show /north/a -q\ngroup show /north/b") == 0);
  CHECK(host.lines("import -\nallot: 1\n") == 2);
  CHECK(host.lines(std::string(200'000, 'x') + "\ngroup add /north/c\n") == 2);
  CHECK(host.lines("group show /north/c\n") == 0);
  CHECK(host.lines("") == 0);
}

TEST_CASE("the options of the shell apply to its commands, which may request another format") {
  Host host;
  host.options = {"--json", "-n"};
  CHECK(host.shell("group add /north/a") == 0);
  CHECK(host.out.str().starts_with("{"));
  CHECK(host.shell("group list --format tsv") == 0);
  CHECK(host.out.str().empty());
  CHECK(host.shell("nonsense") == 2);
  CHECK(host.err.str().starts_with("{\"error\""));
}

TEST_CASE("a line from a remote caller is short, UTF-8 and without control characters") {
  CHECK(split_remote_line("a 'b c'\r") == Words{"a", "b c"});
  for (const std::string line : {"a\tb", "a\nb", "a\rb", "a\x1B[0m", "a\x7F", "a\xFF", "a\xC2\x85", "a\xE2\x80\xAE"}) {
    CHECK_THROWS_AS(split_remote_line(line), Error);
  }
  CHECK_THROWS_AS(split_remote_line(std::string_view{"a\0b", 3}), Error);
  CHECK(split_remote_line(std::string(kLongestRemoteLine, 'x')).size() == 1);
  CHECK_THROWS_AS(split_remote_line(std::string(kLongestRemoteLine + 1, 'x')), Error);
}

TEST_CASE("of a line that is too long only one byte above the limit is kept") {
  std::istringstream in{std::string(kLongestRemoteLine * 3, 'x') + "\nsecond\n\nlast"};
  std::string line;
  CHECK(read_remote_line(in, line));
  CHECK(line.size() == kLongestRemoteLine + 1);
  for (const char* expected : {"second", "", "last"}) {
    CHECK(read_remote_line(in, line));
    CHECK(line == expected);
  }
  CHECK_FALSE(read_remote_line(in, line));
}

TEST_CASE("a word quoted for a shell reads back as itself") {
  CHECK(quote_for_shell("/srv/allot.db") == "/srv/allot.db");
  CHECK(quote_for_shell("ann@north.example") == "ann@north.example");
  for (const std::string word : {"", "a b", "it's", "''", "$HOME`id`$(id)", "a\"b", "a\\", "~", "#x", "a=b", "*?[a]",
                                 "!x", "a&b|c;d<e>f", "{a,b}", "Київ", "-n"}) {
    CHECK(split_words(quote_for_shell(word)) == Words{word});
  }
}

TEST_CASE("a line of authorized_keys runs the words, whatever their content") {
  CHECK(make_authorized_key({"/usr/bin/allot", "--db", "/srv/a.db", "shell", "--as", "a@b"}, "ssh-x AAAA c") ==
        "restrict,command=\"/usr/bin/allot --db /srv/a.db shell --as a@b\" ssh-x AAAA c");
  CHECK(make_authorized_key({"a\"b\\c", "it's"}, "k") == "restrict,command=\"'a\\\"b\\c' 'it'\\''s'\" k");
  CHECK_THROWS_AS(make_authorized_key({"a\nb"}, "k"), Error);
  CHECK_THROWS_AS(make_authorized_key({"a\x7F"}, "k"), Error);
}

TEST_CASE("a public key is one line of a known type with complete data of that type") {
  CHECK(parse_public_key(kKey, "k.pub") == kKey);
  CHECK(parse_public_key(kKey + " Ann's key\r\n", "k.pub") == kKey + " Ann's key");
  CHECK(parse_public_key("\n  " + kKey + "\t c \n\n", "k.pub") == kKey + " c");
}

TEST_CASE("text that is not a public key is refused") {
  CHECK(fault_of("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1\n") == "\"k.pub\" is a private key");
  CHECK(fault_of("PuTTY-User-Key-File-3: ssh-ed25519\n") == "\"k.pub\" is a private key");
  CHECK(fault_of("---- BEGIN SSH2 PUBLIC KEY ----\n").ends_with("in another format"));
  CHECK(fault_of(kKey + "\n" + kKey).ends_with("has several lines"));
  CHECK(fault_of("").find("does not begin with a type of key") != std::string::npos);
  CHECK(fault_of("command=\"sh\" " + kKey).find("does not begin with a type of key") != std::string::npos);
  CHECK(fault_of("ssh-dss AAAAB3NzaC1kc3M=").find("does not begin with a type of key") != std::string::npos);
  CHECK(fault_of("ssh-rsa" + kKey.substr(11)).ends_with("is not a complete key of the type ssh-rsa"));
  CHECK(fault_of("ssh-ed25519").ends_with("is not a complete key of the type ssh-ed25519"));
  for (const std::size_t cut : {1U, 4U, 8U}) {
    CHECK(fault_of(kKey.substr(0, kKey.size() - cut)).ends_with("is not a complete key of the type ssh-ed25519"));
  }
  CHECK(fault_of(kKey + "AAAA").ends_with("is not a complete key of the type ssh-ed25519"));
  CHECK(fault_of(kKey + " a\x1B[2J").find("control character") != std::string::npos);
  CHECK(fault_of(kKey + " a\xFF").find("is not valid UTF-8") != std::string::npos);
}
