#include "cli/mail_program.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cli/program_files.hpp"
#include "cli/version.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

/// The path of allot-mail, relative to that of allot.
std::string find_mail_program() {
  std::error_code failure;
  const fs::path own = find_program(failure);
  if (failure) throw Error::mail(fmt::format("cannot find allot-mail: /proc/self/exe: {}", failure.message()));
  return (own.parent_path() / kMailProgram).lexically_normal().string();
}

/// Starts `program` with `socket` as its standard input and output.
pid_t spawn(const std::string& program, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  std::string name = program;
  char* const words[] = {name.data(), nullptr};
  pid_t process = -1;
  const int failure = posix_spawn(&process, program.c_str(), &actions, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure == 0) return process;
  throw Error::mail(fmt::format("cannot start {}: {}", quote(program), std::strerror(failure)),
                    "it is a part of allot; install allot completely");
}

MailState state_of(const std::string& result) {
  if (result == "delivered") return MailState::delivered;
  if (result == "refused") return MailState::refused;
  return result == "deferred" ? MailState::deferred : MailState::begun;
}

constexpr const char* kTriedAgain = "the next run retries undelivered mails";

/// The maximum size of an answer in bytes; a composed mail is an answer.
constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;

Error lost() { return Error::mail("the program allot-mail has ended", kTriedAgain); }

Error not_understood() { return Error::mail("the program allot-mail sent an invalid answer", kTriedAgain); }

/// The string value of `key` in an answer.
std::string text_in(const Json& answer, const char* key) {
  const auto found = answer.find(key);
  if (found == answer.end() || !found->is_string()) throw not_understood();
  return found->get<std::string>();
}

}  // namespace

MailProgram::~MailProgram() {
  if (socket_ >= 0) close(socket_);
  if (process_ < 0) return;
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

MailTransport::Finished MailProgram::compose(const Draft& draft) {
  const TemplateText& letter = draft.letter;
  const Json answer = ask({{"compose",
                            {{"from", {{"name", settings_.from_name}, {"address", settings_.from_address}}},
                             {"to", {{"name", draft.name}, {"address", draft.email}}},
                             {"subject", letter.subject},
                             {"text", letter.body},
                             {"html", json_of_optional(letter.html)},
                             {"language", draft.language},
                             {"message_id", draft.message_id},
                             {"time", draft.moment}}}});
  if (answer.contains("unfit")) return {{}, text_in(answer, "unfit")};
  return {text_in(answer, "message"), {}};
}

MailTransport::Answer MailProgram::deliver(const std::string& email, const std::string& mail) {
  const Json answer = ask({{"deliver", {{"from", settings_.from_address}, {"to", email}, {"message", mail}}}});
  if (answer.contains("unfit")) return {MailState::refused, text_in(answer, "unfit")};
  return {state_of(text_in(answer, "result")), text_in(answer, "answer")};
}

void MailProgram::require_ready() {
  if (socket_ < 0) start();
  if (!is_ready_) introduce();
}

void MailProgram::start() {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
    throw Error::mail(fmt::format("cannot start allot-mail: {}", std::strerror(errno)));
  }
  try {
    process_ = spawn(find_mail_program(), sockets[1]);
  } catch (...) {
    close(sockets[0]);
    close(sockets[1]);
    throw;
  }
  close(sockets[1]);
  socket_ = sockets[0];
}

/// Sends the settings to the program as the first line.
void MailProgram::introduce() {
  const bool has_user = settings_.user.has_value();
  const Json ready = exchange({{"transport", settings_.transport},
                               {"starttls", settings_.starttls},
                               {"user", json_of_optional(settings_.user)},
                               {"password", has_user ? Json(password_) : Json(nullptr)},
                               {"timeout", settings_.timeout}});
  if (!ready.contains("ready")) throw not_understood();
  is_ready_ = true;
}

Json MailProgram::ask(const Json& request) {
  require_ready();
  return exchange(request);
}

Json MailProgram::exchange(const Json& request) {
  write_line(to_text(request));
  Json answer = Json::parse(read_line(), nullptr, false);
  if (!answer.is_object()) throw not_understood();
  // The program ends after an error; this mail may or may not have been sent.
  if (answer.contains("error")) {
    throw Error::mail(text_in(answer, "error"), is_ready_ ? std::string{kTriedAgain} : "see " + settings_.file);
  }
  return answer;
}

void MailProgram::write_line(const std::string& line) {
  const std::string whole = line + '\n';
  for (std::size_t done = 0; done < whole.size();) {
    const ssize_t sent = send(socket_, whole.data() + done, whole.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) throw lost();
    done += static_cast<std::size_t>(sent);
  }
}

std::string MailProgram::read_line() {
  std::size_t end = 0;
  while ((end = received_.find('\n')) == std::string::npos) {
    char buffer[4096];
    const ssize_t count = read(socket_, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw lost();
    if (received_.size() > kLongestAnswer) throw not_understood();
    received_.append(buffer, static_cast<std::size_t>(count));
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

}  // namespace allot::cli
