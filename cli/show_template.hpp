#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "libcore/reminders/reminders.hpp"
#include "libcore/template/template.hpp"

namespace allot::cli {

/// Prints a template and all variables that it can use.
void show_template(const std::string& name, const MailTemplate& shown, Context& context);

/// A template, and whether its texts were set.
struct ListedTemplate {
  TemplateKey key;
  bool is_set = false;
};

/// Prints templates, one per record.
void list_templates(const std::vector<ListedTemplate>& templates, Context& context);

}  // namespace allot::cli
