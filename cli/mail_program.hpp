#pragma once

#include <sys/types.h>

#include <string>

#include "cli/json.hpp"
#include "cli/mail_settings.hpp"
#include "libcore/reminders/mailing.hpp"

namespace allot::cli {

/// The program allot-mail, which speaks the languages of mail so that no other command bears its libraries: started
/// with the first mail, ended with this. It is spoken to line by line in JSON.
class MailProgram : public MailTransport {
 public:
  MailProgram(MailSettings settings, std::string password)
      : settings_(std::move(settings)), password_(std::move(password)) {}
  /// The same of a program that runs already, at the other end of `socket`, which is closed with this.
  MailProgram(MailSettings settings, std::string password, int socket)
      : settings_(std::move(settings)), password_(std::move(password)), socket_(socket) {}
  ~MailProgram() override;
  MailProgram(const MailProgram&) = delete;
  MailProgram& operator=(const MailProgram&) = delete;

  /// Starts the program where it does not run yet; throws mail where it cannot, or the transport is not there.
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
  bool is_ready_ = false;  // whether it took the settings
  std::string received_;
};

}  // namespace allot::cli
