#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/store_files.hpp"

namespace allot::cli {

/// How mail is sent, as the configuration's `mail` says; allot-remind(1), Configuration.
struct MailSettings {
  std::string file;  ///< the configuration that says so
  std::string from_name;
  std::string from_address;
  std::string
      transport;  ///< smtp://HOST:PORT, smtps://HOST:PORT, sendmail:PROGRAM or maildir:FOLDER, the last two whole
  std::string starttls = "required";
  std::optional<std::string> user;
  std::optional<std::string> password_file;
  int timeout = 30;  ///< in seconds
};

/// Why a `from` (EMAIL or NAME <EMAIL>) cannot be; fills the settings where it can.
std::optional<std::string> read_from(std::string_view text, MailSettings& settings);

/// The same of a transport; a relative FOLDER is taken from `folder`.
std::optional<std::string> read_transport(std::string_view text, const std::string& folder, MailSettings& settings);

/// What contradicts itself in settings that are each right.
std::optional<std::string> find_contradiction(const MailSettings& settings);

/// The password in the settings' file. A relative name is looked for where systemd keeps the credentials of a service
/// (`credentials`, where there is one), then in the configuration's folder. Throws invalid_input where it cannot be
/// read, is empty, has several lines or may be read by others.
std::string read_password(const MailSettings& settings, const std::optional<std::string>& credentials,
                          const StoreFiles& store);

}  // namespace allot::cli
