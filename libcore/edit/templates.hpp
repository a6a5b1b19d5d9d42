#pragma once

#include <string>

#include "libcore/edit/write.hpp"
#include "libcore/model/template_text.hpp"

namespace allot {

/// Returns the template `name` that was set, else the built-in template; throws not_found, denied.
TemplateText letter_template(Write& write, const std::string& name);

/// Set the texts of the template `name`, or restore the built-in texts; throw not_found, denied, usage.
void set_template(Write& write, const std::string& name, const TemplateText& letter);
void reset_template(Write& write, const std::string& name);

}  // namespace allot
