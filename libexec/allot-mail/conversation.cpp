#include "libexec/allot-mail/conversation.hpp"

#include <algorithm>
#include <utility>

#include "libcore/base/text.hpp"

namespace allot::mail {
namespace {

constexpr std::size_t kKeptReply = 2000;
constexpr std::size_t kKeptSecrets = 16;

std::string_view without_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Stage stage_of(const std::string& command, Stage before) {
  if (command == "ehlo" || command == "helo" || command == "starttls") return Stage::greeting;
  if (command == "auth") return Stage::authentication;
  if (command == "noop") return Stage::idle;
  if (command == "mail") return Stage::sender;
  if (command == "rcpt") return Stage::recipient;
  if (command == "data") return Stage::data;
  return before;
}

}  // namespace

void Conversation::begin() {
  stage_ = Stage::connecting;
  code_ = 0;
  text_.clear();
  part_.clear();
  is_new_ = false;
  is_over_ = false;
}

void Conversation::hear_sent(std::string_view line) {
  line = without_end(line);
  // QUIT follows a refusal, which remains the reply to report.
  if (equals_folded(line, "QUIT")) is_over_ = true;
  if (stage_ >= Stage::body || is_over_) return;
  // The further lines of AUTH are not commands, whatever their content.
  const bool goes_on = stage_ == Stage::authentication && code_ == 334;
  if (!goes_on) stage_ = stage_of(fold_ascii(line.substr(0, line.find(' '))), stage_);
  if (stage_ == Stage::authentication) {
    has_authenticated_ = true;
    const std::string_view word = line.substr(line.rfind(' ') + 1);
    if (word.size() > 8 && secrets_.size() < kKeptSecrets) secrets_.emplace_back(word);
  }
  code_ = 0;
  text_.clear();
  part_.clear();
}

void Conversation::hear_received(std::string_view line) {
  if (is_over_) return;
  line = without_end(line);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (line.size() < 3 || line[0] == '0' || !std::all_of(line.begin(), line.begin() + 3, is_digit)) return;
  const bool goes_on = line.size() > 3 && line[3] == '-';
  const std::string_view text = line.substr(std::min<std::size_t>(4, line.size()));
  if (stage_ == Stage::connecting) {
    is_new_ = true;
    has_authenticated_ = false;
    takes_utf8_ = false;
  }
  if (stage_ == Stage::greeting && equals_folded(text.substr(0, text.find(' ')), "SMTPUTF8")) takes_utf8_ = true;
  if (part_.size() + text.size() < kKeptReply) (part_ += part_.empty() ? "" : " ") += text;
  if (goes_on) return;
  code_ = static_cast<int>(*parse_number(line.substr(0, 3)));
  text_ = std::exchange(part_, {});
  if (stage_ == Stage::data && code_ == 354) {
    stage_ = Stage::body;
    code_ = 0;
  } else if (stage_ == Stage::body) {
    stage_ = Stage::finished;
  }
}

std::string Conversation::redact(std::string text) const {
  for (const std::string& secret : secrets_) blot_out(text, secret);
  return text;
}

void Conversation::blot_out(std::string& text, std::string_view secret) {
  if (secret.empty()) return;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
    text.replace(at, secret.size(), "***");
  }
}

}  // namespace allot::mail
