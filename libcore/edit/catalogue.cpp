#include "libcore/edit/catalogue.hpp"

#include <fmt/format.h>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

constexpr std::string_view kChangeCatalogue = "change the catalogue";

Error entry_exists(const std::string& name) {
  return Error::exists(fmt::format("the catalogue has {} already", quote(name)));
}

}  // namespace

void add_counted(Write& write, const std::string& name, const std::optional<std::string>& required) {
  if (required) get_counted(write.catalogue(), *required);
  const Authorization authorization = write.authorizer().authorize_company(kChangeCatalogue);
  if (write.catalogue().has(name)) throw entry_exists(name);
  write.changes().add_counted(authorization, name, required, [&] {
    return Change{Op::create, What::catalog, {}, name, {}, EntryState{true, required.value_or("")}};
  });
}

void add_feature(Write& write, const std::string& name) {
  const Authorization authorization = write.authorizer().authorize_company(kChangeCatalogue);
  if (write.catalogue().has(name)) throw entry_exists(name);
  write.changes().add_feature(authorization, name,
                              [&] { return Change{Op::create, What::catalog, {}, name, {}, EntryState{}}; });
}

void remove_entry(Write& write, const std::string& name) {
  if (!write.catalogue().has(name)) throw no_such_item(write.catalogue(), name, "entry");
  const Authorization authorization = write.authorizer().authorize_company(kChangeCatalogue);
  if (Catalogue::is_built_in(name)) throw Error::in_use(fmt::format("{} is built in and stays", quote(name)));
  if (const auto use = write.rows().find_use(name)) {
    throw Error::in_use(fmt::format("{} is in use: {}", quote(name), *use));
  }
  const EntryState before = *find_entry_state(write.catalogue(), name);
  write.changes().remove_entry(authorization, name,
                               [&] { return Change{Op::remove, What::catalog, {}, name, before, {}}; });
}

}  // namespace allot
