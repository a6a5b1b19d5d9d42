#pragma once

#include <optional>
#include <string>

#include "cli/mail_settings.hpp"
#include "cli/store_files.hpp"
#include "cli/streams.hpp"
#include "libcore/edit/removal_limit.hpp"
#include "libcore/model/language.hpp"

namespace allot::cli {

/// The content of a configuration file.
struct Config {
  std::optional<std::string> db;  ///< the store: a URL, or a path, resolved against the folder of the file
  std::optional<MailSettings> mail;
  bool require_message = false;              ///< whether every write needs `--message`
  std::optional<RemovalLimit> max_removals;  ///< of imports that prune
  Language language = english();             ///< of mails to recipients without another one
  std::optional<std::string> file;           ///< the configuration file that was read
};

/// Reads `named`, else the file in ALLOT_CONFIG, else the first existing file of $XDG_CONFIG_HOME/allot/config.yaml
/// (~/.config if that is not set) and /etc/allot/config.yaml. Throws invalid_input with file:line:column if the file
/// is not valid. A file of the store is not opened.
Config read_config(const Streams& streams, const std::optional<std::string>& named, const StoreFiles& store);

/// Throws invalid_input if the configuration `file` is a file of the store.
void require_other_file(const std::string& file, const StoreFiles& store);

}  // namespace allot::cli
