#include "cli/mail_settings.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "libcore/base/error.hpp"

using namespace allot;
using namespace allot::cli;

namespace {

namespace fs = std::filesystem;

const StoreFiles kStore{"/nowhere/allot.db"};

/// A temporary folder.
class Folder {
 public:
  Folder() { fs::create_directory(path_); }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text, mode_t mode) const {
    const fs::path file = path_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream{file} << text;
    chmod(file.c_str(), mode);
  }
  std::string name(const std::string& file) const { return (path_ / file).string(); }

 private:
  fs::path path_ = fs::temp_directory_path() / ("allot-unit-mail-" + std::to_string(getpid()));
};

bool takes_from(std::string_view text) {
  MailSettings settings;
  return !read_from(text, settings);
}

bool takes_transport(std::string_view text) {
  MailSettings settings;
  return !read_transport(text, "/etc/allot", settings);
}

}  // namespace

TEST_CASE("a sender is an address, with a name or without") {
  MailSettings settings;
  REQUIRE_FALSE(read_from(" Allot of \"X\" <a@x.example> ", settings));
  CHECK(settings.from_name == "Allot of \"X\"");
  CHECK(settings.from_address == "a@x.example");
  REQUIRE_FALSE(read_from("\"X, Ltd.\" <b@x.example>", settings));
  CHECK(settings.from_name == "X, Ltd.");
  REQUIRE_FALSE(read_from("c@x.example", settings));
  CHECK(settings.from_name.empty());
  CHECK(settings.from_address == "c@x.example");
  for (const char* const bad :
       {"", "a", "a@", "<>", "a@b>", "A <a@b", "A <a b@c>", "a@b, c@d", "A\r\nBcc: c@d <a@b>", "A <a@b> x"}) {
    CAPTURE(bad);
    CHECK_FALSE(takes_from(bad));
  }
}

TEST_CASE("a transport is a server with its port, a program or a folder") {
  for (const char* const good :
       {"smtp://mail.x.example:587", "smtps://127.0.0.1:465", "smtp://[::1]:25", "smtp://a_b:1",
        "sendmail:/usr/sbin/sendmail", "maildir:/var/mail/allot", "maildir:mail"}) {
    CAPTURE(good);
    CHECK(takes_transport(good));
  }
  for (const char* const bad :
       {"", "smtp:", "smtp://", "smtp://x", "smtp://x:", "smtp://:25", "smtp://x:0", "smtp://x:70000", "smtp://x:025",
        "smtp://u:p@x:25", "smtp://x y:25", "smtp://x:25/", "smtp://[::1:25", "smtp://x\r\ny:25", "http://x:25",
        "sendmail:", "sendmail:sendmail", "maildir:", "SMTP://x:25"}) {
    CAPTURE(bad);
    CHECK_FALSE(takes_transport(bad));
  }
  MailSettings settings;
  REQUIRE_FALSE(read_transport("maildir:mail", "/etc/allot", settings));
  CHECK(settings.transport == "maildir:/etc/allot/mail");
}

TEST_CASE("a password is sent with TLS or on this machine only") {
  MailSettings settings;
  settings.from_address = "a@x";
  const auto is_sound = [&](const char* transport, const char* starttls) {
    settings.transport = transport;
    settings.starttls = starttls;
    return !find_contradiction(settings);
  };
  CHECK(is_sound("smtp://x:25", "never"));
  settings.user = "allot";
  CHECK_FALSE(is_sound("smtp://x:25", "required"));  // without a password
  settings.password_file = "secret";
  CHECK(is_sound("smtp://x:25", "required"));
  CHECK(is_sound("smtp://x:25", "offered"));
  CHECK_FALSE(is_sound("smtp://x:25", "never"));
  CHECK(is_sound("smtps://x:25", "never"));
  CHECK(is_sound("smtp://127.0.0.1:25", "never"));
  CHECK(is_sound("smtp://[::1]:25", "never"));
  CHECK_FALSE(is_sound("smtp://127.evil.example:25", "never"));
  CHECK_FALSE(is_sound("sendmail:/usr/sbin/sendmail", "required"));
}

TEST_CASE("a password is one line of a file that others cannot read") {
  const Folder folder;
  MailSettings settings;
  settings.file = folder.name("config.yaml");
  settings.password_file = "secret";
  const auto fault = [&](const std::optional<std::string>& credentials = std::nullopt) {
    try {
      read_password(settings, credentials, kStore);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid_input);
      return error.message();
    }
    return std::string{};
  };
  CHECK(fault().find("cannot be read") != std::string::npos);
  folder.write("secret", "s3cret pass\r\n", 0600);
  CHECK(read_password(settings, std::nullopt, kStore) == "s3cret pass");
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U}) {
    folder.write("secret", "s3cret", mode);
    CHECK(fault().find("can be read by others") != std::string::npos);
  }
  for (const char* const text : {"", "\n", "a\nb\n", "a\tb", "a\x01"}) {
    folder.write("secret", text, 0600);
    CHECK(fault().find("does not hold one line") != std::string::npos);
  }
  folder.write("credentials/secret", "from systemd", 0440);
  CHECK(read_password(settings, folder.name("credentials"), kStore) == "from systemd");
  settings.password_file = folder.name("credentials/secret");  // with an absolute path it is an ordinary file
  CHECK(fault(folder.name("credentials")).find("can be read by others") != std::string::npos);
}
