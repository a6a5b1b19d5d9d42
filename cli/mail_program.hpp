#pragma once

#include <sys/types.h>

#include <string>

#include "cli/json.hpp"
#include "cli/mail_settings.hpp"
#include "libcore/reminders/mailing.hpp"

namespace allot::cli {

/// The program allot-mail, which sends mail, so that allot itself does not link the mail libraries. It is started with
/// the first mail and ended by the destructor. The protocol is lines of JSON.
class MailProgram : public MailTransport {
 public:
  MailProgram(MailSettings settings, std::string password)
      : settings_(std::move(settings)), password_(std::move(password)) {}
  /// The same for a running program at the other end of `socket`; the destructor closes the socket.
  MailProgram(MailSettings settings, std::string password, int socket)
      : settings_(std::move(settings)), password_(std::move(password)), socket_(socket) {}
  ~MailProgram() override;
  MailProgram(const MailProgram&) = delete;
  MailProgram& operator=(const MailProgram&) = delete;

  /// Starts the program if it does not run yet; throws mail if it cannot be started or the transport is not available.
  void require_ready();

  Finished compose(const Draft& draft) override;
  Answer deliver(const std::string& email, const std::string& mail) override;

 private:
  void start();
  void introduce();
  Json ask(const Json& request);
  Json exchange(const Json& request);
  void write_line(const std::string& line);
  std::string read_line();

  MailSettings settings_;
  std::string password_;
  pid_t process_ = -1;
  int socket_ = -1;
  bool is_ready_ = false;  // whether the program accepted the settings
  std::string received_;
};

}  // namespace allot::cli
