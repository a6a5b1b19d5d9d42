#pragma once

#include <optional>
#include <string>

#include "cli/mail_settings.hpp"
#include "cli/store_files.hpp"
#include "cli/streams.hpp"

namespace allot::cli {

/// What a configuration file says.
struct Config {
  std::optional<std::string> db;  ///< the store; a relative path is taken from the file's folder
  std::optional<MailSettings> mail;
  std::optional<std::string> file;  ///< the one that was read
};

/// Reads `named`, else the file that ALLOT_CONFIG names, else the first of ~/.config/allot/config.yaml and
/// /etc/allot/config.yaml that exists; throws invalid_input with file:line:column where it is not valid. A file of
/// the store is not opened.
Config read_config(const Streams& streams, const std::optional<std::string>& named, const StoreFiles& store);

/// Throws invalid_input where the configuration `file` is a file of the store.
void require_other_file(const std::string& file, const StoreFiles& store);

}  // namespace allot::cli
