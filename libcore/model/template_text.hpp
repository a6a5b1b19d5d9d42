#pragma once

#include <optional>
#include <string>

namespace allot {

/// The texts of a mail or of a mail template.
struct TemplateText {
  std::string subject;
  std::string body;                 ///< plain text
  std::optional<std::string> html;  ///< the same as HTML

  bool operator==(const TemplateText&) const = default;
};

}  // namespace allot
