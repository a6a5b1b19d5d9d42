#include "libcore/engine/view.hpp"

namespace allot {

Reminders View::reminders() {
  sight_.permit_company(kReminding);
  return find_reminders(store(), engine_.today());
}

Letter View::letter_for(const Digest& digest) {
  sight_.permit_company(kReminding);
  return write_letter(store(), digest, engine_.today());
}

std::vector<LowGroup> View::low_groups(int percent, Day day) {
  sight_.permit_company(kReminding);
  std::vector<LowGroup> low;
  walk(Path{}, std::nullopt, [&](const Chain& chain) {
    if (!chain.back().is_restricted()) return;
    for (const ResourceId id : catalogue().counted_in_order()) {
      const CountedState state = state_of_counted(chain, id, day);
      if (!is_low(*state.available, *state.limit, percent)) continue;
      low.push_back({chain.path(), catalogue().counted()[id].name, *state.limit, *state.available});
    }
  });
  return low;
}

Letter View::letter_template(const std::string& name) {
  get_built_in_template(name);
  sight_.permit_company("see templates");
  return get_template(store(), name);
}

bool View::has_own_template(const std::string& name) {
  sight_.permit_company("see templates");
  return store().find_template(name).has_value();
}

void View::for_each_mail(const std::function<void(const StoredMail&, const std::vector<MailSlot>&)>& visit) {
  sight_.permit_company(kReminding);
  Ledger ledger{store()};
  ledger.for_each([&](StoredMail&& mail) {
    visit(mail, ledger.slots_of(mail.id));
    return true;
  });
}

}  // namespace allot
