#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/store_files.hpp"

namespace allot::cli {

/// The settings in `mail` of the configuration; allot-remind(1), Configuration.
struct MailSettings {
  std::string file;  ///< the configuration file
  std::string from_name;
  std::string from_address;
  std::string
      transport;  ///< smtp://HOST:PORT, smtps://HOST:PORT, sendmail:PROGRAM or maildir:FOLDER, the last two full paths
  std::string starttls = "required";
  std::optional<std::string> user;
  std::optional<std::string> password_file;
  int timeout = 30;  ///< in seconds
};

/// Parses `from` (EMAIL or NAME <EMAIL>) into the settings; returns the fault if it is not valid.
std::optional<std::string> read_from(std::string_view text, MailSettings& settings);

/// The same for a transport; a relative FOLDER is resolved against `folder`.
std::optional<std::string> read_transport(std::string_view text, const std::string& folder, MailSettings& settings);

/// Returns a contradiction between settings that are valid individually.
std::optional<std::string> find_contradiction(const MailSettings& settings);

/// Reads the password from the password file of the settings. A relative name is searched in `credentials`, the
/// folder of the systemd credentials of a service, if set, then in the folder of the configuration. Throws
/// invalid_input if the file cannot be read, is empty, has several lines or is readable by others.
std::string read_password(const MailSettings& settings, const std::optional<std::string>& credentials,
                          const StoreFiles& store);

}  // namespace allot::cli
