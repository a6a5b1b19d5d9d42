#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot::mail {

/// The last command sent to a server, which the next reply, or its absence, belongs to.
enum class Stage {
  connecting,      ///< no command yet: waiting for the connection or the greeting
  greeting,        ///< EHLO, and STARTTLS
  authentication,  ///< AUTH and its further lines
  idle,            ///< NOOP
  sender,          ///< MAIL FROM
  recipient,       ///< RCPT TO
  data,            ///< DATA
  body,            ///< the mail itself, which may be accepted from here on
  finished,        ///< the server has accepted or rejected the mail
};

/// The SMTP dialogue of one mail as reported by the debug function of libcurl: the stage and the last reply.
class Conversation {
 public:
  /// Resets everything except the extensions of the server for the next mail, possibly on the same connection.
  void begin();

  void hear_sent(std::string_view line);
  void hear_received(std::string_view line);

  Stage stage() const { return stage_; }
  /// The code of the reply to the last command, 0 without a reply.
  int code() const { return code_; }
  const std::string& text() const { return text_; }

  /// Whether this mail required a new connection; whether AUTH was sent since; whether SMTPUTF8 is offered.
  bool is_new() const { return is_new_; }
  bool has_authenticated() const { return has_authenticated_; }
  bool takes_utf8() const { return takes_utf8_; }

  /// `text` without the credentials sent with AUTH.
  std::string redact(std::string text) const;

  /// Replaces all occurrences of `secret` in `text`.
  static void blot_out(std::string& text, std::string_view secret);

 private:
  Stage stage_ = Stage::connecting;
  int code_ = 0;
  std::string text_;
  std::string part_;  ///< the lines of an incomplete reply
  bool is_new_ = false;
  bool is_over_ = false;
  bool has_authenticated_ = false;
  bool takes_utf8_ = false;
  std::vector<std::string> secrets_;
};

}  // namespace allot::mail
