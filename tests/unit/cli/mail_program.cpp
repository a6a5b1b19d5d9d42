#include "cli/mail_program.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string_view>

#include "libcore/base/error.hpp"

namespace allot::cli {
namespace {

/// A replacement of allot-mail that answers with these lines, whatever the requests, and ends.
class Answering {
 public:
  explicit Answering(std::string_view answers) {
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets_) == 0);
    REQUIRE(write(sockets_[1], answers.data(), answers.size()) == static_cast<ssize_t>(answers.size()));
    shutdown(sockets_[1], SHUT_WR);
    program_ = std::make_unique<MailProgram>(MailSettings{}, "", sockets_[0]);
  }
  ~Answering() {
    program_.reset();
    close(sockets_[1]);
  }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  MailTransport::Answer deliver() { return program_->deliver("a@x.example", "mail"); }

  /// The reason why nothing is delivered, or the error.
  std::string fault() {
    try {
      deliver();
    } catch (const Error& error) {
      return error.kind() == ErrorKind::mail ? error.message() : "no fault of mail: " + error.message();
    } catch (const std::exception& failure) {
      return std::string{"a fault of allot: "} + failure.what();
    }
    return "delivered";
  }

 private:
  int sockets_[2];
  std::unique_ptr<MailProgram> program_;
};

constexpr const char* kEnded = "the program allot-mail has ended";
constexpr const char* kNotUnderstood = "the program allot-mail sent an invalid answer";

TEST_CASE("the answer of allot-mail is the delivery status of a mail") {
  Answering delivered{"{\"ready\":true}\n{\"result\":\"delivered\",\"code\":250,\"answer\":\"ok\"}\n"};
  const MailTransport::Answer answer = delivered.deliver();
  CHECK(answer.state == MailState::delivered);
  CHECK(answer.text == "ok");
  Answering unfit{"{\"ready\":true}\n{\"unfit\":\"the message is empty\"}\n"};
  CHECK(unfit.deliver().state == MailState::refused);
  Answering failed{"{\"error\":\"the disk is full\"}\n"};
  CHECK(failed.fault() == "the disk is full");
}

TEST_CASE("an invalid answer is an error of mail, not of allot") {
  CHECK(Answering{""}.fault() == kEnded);
  CHECK(Answering{"{\"ready\":true}\n{\"result\""}.fault() == kEnded);
  for (const char* const line : {"x", "[]", "{}", "{\"error\":1}"}) {
    CAPTURE(line);
    CHECK(Answering{std::string{line} + '\n'}.fault() == kNotUnderstood);
  }
  for (const char* const line : {"{}", "{\"result\":null,\"answer\":\"x\"}", "{\"result\":\"delivered\"}",
                                 "{\"unfit\":[]}", "{\"error\":{}}", "null"}) {
    CAPTURE(line);
    CHECK(Answering{std::string{"{\"ready\":true}\n"} + line + '\n'}.fault() == kNotUnderstood);
  }
}

}  // namespace
}  // namespace allot::cli
