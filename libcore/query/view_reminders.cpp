#include "libcore/query/view.hpp"

namespace allot {

Reminders View::reminders() {
  authorizer_.authorize_company(kReminding);
  return find_reminders(store(), engine_.today());
}

TemplateText View::letter_for(const Digest& digest) {
  authorizer_.authorize_company(kReminding);
  return write_letter(store(), digest, engine_.today());
}

std::vector<LowGroup> View::low_groups(int percent, Day day) {
  authorizer_.authorize_company(kReminding);
  std::vector<LowGroup> low;
  walk(Path{}, std::nullopt, [&](const AncestorPath& ancestors) {
    for (const ResourceSupply& each : find_supplies(ancestors, percent, day)) {
      if (each.supply != Supply::low) continue;
      low.push_back({ancestors.path(), catalogue().counted()[each.id].name, each.limit, each.available});
    }
  });
  return low;
}

TemplateText View::letter_template(const std::string& name) {
  get_built_in_template(name);
  authorizer_.authorize_company("see templates");
  return get_template(store(), name);
}

bool View::has_own_template(const std::string& name) {
  authorizer_.authorize_company("see templates");
  return store().find_template(name).has_value();
}

void View::for_each_mail(const std::function<void(const StoredMail&, const MailContents&)>& visit) {
  authorizer_.authorize_company(kReminding);
  Ledger& ledger = store().ledger();
  ledger.for_each([&](StoredMail&& mail) {
    visit(mail, ledger.contents_of(mail.id));
    return true;
  });
}

}  // namespace allot
