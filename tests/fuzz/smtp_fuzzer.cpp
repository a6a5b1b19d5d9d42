// Answers allot-mail with any bytes in a server's place: what comes before each FF is sent for one command, then the
// connection is closed. An input that begins with 00 is heard by a Conversation alone, a line sent and one received
// after the other, which is a hundred times faster.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <string>
#include <thread>

#include "libexec/allot-mail/conversation.hpp"
#include "libexec/allot-mail/smtp.hpp"
#include "tests/fuzz/world.hpp"

namespace {

using allot::fuzz::Bytes;
using allot::fuzz::require;
using allot::mail::Conversation;
using allot::mail::DeliveryStatus;

/// A server on this machine with given answers, one connection at a time.
class Server {
 public:
  Server() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    require(bind(listening_, any, size) == 0 && listen(listening_, 8) == 0 && getsockname(listening_, any, &size) == 0,
            "the harness has a server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] {
      for (;;) {
        const int client = accept(listening_, nullptr, nullptr);
        if (client < 0) continue;
        // A client that waits for the rest of an answer is not waited for.
        const timeval patience{0, 50'000};
        const int at_once = 1;
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        speak(client);
        close(client);
      }
    }};
    thread_.detach();
  }

  int port() const { return port_; }

  /// Has the next connections, of one delivery, answered out of `answers`.
  void answer_with(std::string_view answers) {
    const std::lock_guard lock{mutex_};
    answers_ = answers;
  }

 private:
  /// Sends and returns the next answer; empty if there is none or the client does not accept it.
  std::string say(int client) {
    const std::lock_guard lock{mutex_};
    const std::size_t end = answers_.find('\xFF');
    std::string answer = answers_.substr(0, end);
    answers_.erase(0, end == std::string::npos ? answers_.size() : end + 1);
    const ssize_t sent = send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(answer.size()) ? answer : std::string{};
  }

  /// Answers one line; returns false at the end of the connection.
  bool answer_line(int client, const std::string& line, bool& is_in_mail) {
    if (is_in_mail && line != ".") return true;
    is_in_mail = false;
    const std::string answer = say(client);
    if (line == "DATA") is_in_mail = answer.find("354") != std::string::npos;
    return !answer.empty();
  }

  void speak(int client) {
    std::string heard;
    bool is_in_mail = false;
    if (say(client).empty()) return;
    for (;;) {
      char buffer[4096];
      const ssize_t count = recv(client, buffer, sizeof buffer, 0);
      if (count <= 0) return;
      heard.append(buffer, static_cast<std::size_t>(count));
      for (std::size_t end = 0; (end = heard.find("\r\n")) != std::string::npos;) {
        const std::string line = heard.substr(0, end);
        heard.erase(0, end + 2);
        if (!answer_line(client, line, is_in_mail)) return;
      }
    }
  }

  int listening_;
  int port_ = 0;
  std::mutex mutex_;
  std::string answers_;
  std::thread thread_;
};

void hear(Bytes& bytes) {
  Conversation conversation;
  conversation.begin();
  bool may_be_taken = false;
  while (!bytes.is_at_end()) {
    const std::string_view line = bytes.until('\n');
    if (line == "begin") {
      conversation.begin();
      may_be_taken = false;
    } else if (line.starts_with('>')) {
      conversation.hear_sent(line.substr(1));
    } else {
      conversation.hear_received(line);
      may_be_taken |= line.starts_with("354");
    }
    require(conversation.code() >= 0 && conversation.code() <= 999, "a code has three digits");
    require(conversation.text().size() <= 4000, "what is kept of a reply is bounded");
    require(conversation.stage() < allot::mail::Stage::body || may_be_taken, "a mail begins after 354 alone");
  }
  const std::string redacted = conversation.redact(conversation.text());
  require(redacted.size() <= conversation.text().size() + 3, "what is blotted out does not grow");
}

void deliver(std::string_view answers, std::uint8_t choice) {
  static Server server;
  server.answer_with(answers);
  allot::mail::Settings settings;
  settings.transport = "smtp://127.0.0.1:" + std::to_string(server.port());
  settings.starttls = (choice & 1) != 0 ? "offered" : "never";
  settings.timeout = 2;
  if ((choice & 2) != 0) settings.user = "user", settings.password = "secret-word";
  const std::string to = (choice & 4) != 0 ? "\xC3\xBC@x.example" : "to@x.example";
  std::string sent{answers};  // as the client receives it: the parts of a reply follow each other
  std::erase(sent, '\xFF');
  allot::mail::Smtp smtp{settings};
  for (int mail = 0; mail < 2; ++mail) {
    const allot::mail::DeliveryOutcome outcome = smtp.deliver({"from@x.example", to, "Subject: x\r\n\r\nbody\r\n"});
    // A server that sends its replies ahead of the commands may have said so before it heard the mail.
    const bool is_said =
        outcome.code >= 200 && outcome.code < 300 && sent.find(std::to_string(outcome.code)) != std::string::npos;
    require(outcome.fate != DeliveryStatus::delivered || is_said, "a mail is delivered where a server said so");
    require(outcome.code >= 0 && outcome.code <= 999, "a code has three digits");
    require(outcome.answer.find("secret-word") == std::string::npos, "the password is not told");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::signal(SIGPIPE, SIG_IGN);
  Bytes bytes{data, size};
  const std::uint8_t choice = bytes.byte();
  if (choice == 0) {
    hear(bytes);
  } else {
    deliver(bytes.rest(), choice);
  }
  return 0;
}
