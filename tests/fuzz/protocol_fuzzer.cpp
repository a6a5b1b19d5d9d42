// Reads any lines as requests of allot to allot-mail. The transport is a maildir of the harness, or none.

#include <nlohmann/json.hpp>
#include <sstream>

#include "libexec/allot-mail/protocol.hpp"
#include "tests/fuzz/world.hpp"

using allot::fuzz::require;

namespace {

using Json = nlohmann::json;

/// Whether the transport in the first line is not the maildir of the harness: a program, a server, another folder.
bool leads_elsewhere(std::string_view text, const std::string& transport) {
  const Json settings = Json::parse(text.substr(0, text.find('\n')), nullptr, false);
  if (!settings.is_object() || !settings.contains("transport") || !settings["transport"].is_string()) return false;
  return settings["transport"] != transport;
}

void check(const std::string& out, int status) {
  require(status == 0 || status == 2, "a line that is no request ends the program with 2, and there is no fault");
  std::istringstream answers{out};
  for (std::string line; std::getline(answers, line);) {
    const Json answer = Json::parse(line, nullptr, false);
    require(answer.is_object(), "every answer is a line of JSON");
    require(!answer.contains("error") || answers.peek() == EOF, "an error is the last answer");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string transport = "maildir:" + allot::fuzz::path_of("maildir");
  const Json settings{{"transport", (size & 1) != 0 ? Json(transport) : Json(nullptr)},
                      {"starttls", "never"},
                      {"user", nullptr},
                      {"password", nullptr},
                      {"timeout", 1}};
  // An input that begins with a space contains all requests; other inputs are prefixed with the settings.
  std::string text{reinterpret_cast<const char*>(data), size};
  text = text.starts_with(' ') ? text : settings.dump() + '\n' + text;
  if (leads_elsewhere(text, transport)) return 0;
  std::istringstream in{text};
  std::ostringstream out;
  const int status = allot::mail::serve(in, out);
  check(out.str(), status);
  return 0;
}
