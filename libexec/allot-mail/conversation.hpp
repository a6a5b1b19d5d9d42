#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot::mail {

/// The last thing that was said to a server, which a reply or the lack of one belongs to.
enum class Stage {
  connecting,      ///< nothing yet: the greeting is awaited, or the connection
  greeting,        ///< EHLO, and STARTTLS
  authentication,  ///< AUTH, and what it goes on with
  idle,            ///< NOOP
  sender,          ///< MAIL FROM
  recipient,       ///< RCPT TO
  data,            ///< DATA
  body,            ///< the mail itself, which may be taken from here on
  finished,        ///< the mail is said to be taken or not
};

/// What libcurl's debug function hears of one mail's way: how far it got and what was answered last.
class Conversation {
 public:
  /// Forgets all but what the server offers: the next mail begins, maybe on the same connection.
  void begin();

  void hear_sent(std::string_view line);
  void hear_received(std::string_view line);

  Stage stage() const { return stage_; }
  /// The code of the reply to what was said last, 0 where none came.
  int code() const { return code_; }
  const std::string& text() const { return text_; }

  /// Whether this mail had to connect anew; whether AUTH was said since; whether SMTPUTF8 is offered.
  bool is_new() const { return is_new_; }
  bool has_authenticated() const { return has_authenticated_; }
  bool takes_utf8() const { return takes_utf8_; }

  /// `text` without the words that AUTH was said with.
  std::string redact(std::string text) const;

  /// Replaces `secret` wherever it is in `text`.
  static void blot_out(std::string& text, std::string_view secret);

 private:
  Stage stage_ = Stage::connecting;
  int code_ = 0;
  std::string text_;
  std::string part_;  ///< the lines of a reply that goes on
  bool is_new_ = false;
  bool is_over_ = false;
  bool has_authenticated_ = false;
  bool takes_utf8_ = false;
  std::vector<std::string> secrets_;
};

}  // namespace allot::mail
