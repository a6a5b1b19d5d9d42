#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "libcore/template/template.hpp"

namespace allot::cli {

/// Prints a template and all variables that it can use.
void show_template(const std::string& name, const TemplateText& letter, bool is_set, Context& context);

/// A built-in template, and whether other texts replace it.
struct ListedTemplate {
  const BuiltInTemplate& built_in;
  bool is_set = false;
};

/// Prints templates, one per record.
void list_templates(const std::vector<ListedTemplate>& templates, Context& context);

}  // namespace allot::cli
