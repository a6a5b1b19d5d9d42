#pragma once

#include "libcore/edit/write.hpp"
#include "libcore/model/template_text.hpp"
#include "libcore/template/template.hpp"

namespace allot {

/// Returns the texts that mails in the language use; throws not_found, denied.
TemplateText letter_template(Write& write, const TemplateKey& key);

/// Set the texts of a template, or remove them, which restores the built-in ones; throw not_found, denied, usage.
void set_template(Write& write, const TemplateKey& key, const TemplateText& letter);
void reset_template(Write& write, const TemplateKey& key);

}  // namespace allot
