// Reads any bytes as the answers of allot-mail to allot: to its settings, to two mails and to two deliveries.

#include <sys/socket.h>
#include <unistd.h>

#include "cli/mail_program.hpp"
#include "libcore/base/error.hpp"
#include "tests/fuzz/world.hpp"

using allot::fuzz::require;

namespace {

/// The end of a socket pair from which `bytes` and then end-of-file can be read.
int socket_with(std::string_view bytes) {
  int sockets[2];
  require(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0, "the harness has a socket");
  const int room = 1 << 20;
  setsockopt(sockets[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  require(
      send(sockets[1], bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size()),
      "the harness has room for its input");
  shutdown(sockets[1], SHUT_WR);
  static int last = -1;  // kept open, since allot writes its requests into it
  if (last >= 0) close(last);
  last = sockets[1];
  return sockets[0];
}

void speak(allot::cli::MailProgram& program) {
  const allot::TemplateText letter{"subject", "body\n", {}};
  for (int i = 0; i < 2; ++i) {
    program.compose({"a@x.example", "A", "<1@allot>", 0, letter, "en"});
    const auto answer = program.deliver("a@x.example", "Subject: x\r\n\r\n");
    require(answer.state == allot::MailState::delivered || answer.state == allot::MailState::deferred ||
                answer.state == allot::MailState::refused || answer.state == allot::MailState::begun,
            "an answer is one of the four that there are");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (size > 100000) return 0;
  allot::cli::MailSettings settings;
  settings.transport = "smtp://127.0.0.1:25";
  settings.from_address = "allot@x.example";
  allot::cli::MailProgram program{settings, {}, socket_with(bytes)};
  try {
    speak(program);
  } catch (const allot::Error& error) {
    require(error.kind() == allot::ErrorKind::mail, "what allot-mail answers is at most a fault of mail");
    require(!error.message().empty(), "a fault is told");
  }
  return 0;
}
