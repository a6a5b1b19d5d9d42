#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/edit/write.hpp"

namespace allot {
namespace {

constexpr std::string_view kChangeCatalogue = "change the catalogue";

Error entry_exists(const std::string& name) {
  return Error::exists(fmt::format("the catalogue has {} already", quote(name)));
}

}  // namespace

void Write::add_counted(const std::string& name, const std::optional<std::string>& required) {
  if (required) get_counted(catalogue(), *required);
  const Authorization authorization = authorizer_.authorize_company(kChangeCatalogue);
  if (catalogue().has(name)) throw entry_exists(name);
  store().add_counted(name, required);
  record(authorization, Op::create, What::catalog, 0, [&] {
    return Change{Op::create, What::catalog, {}, name, {}, EntryState{true, required.value_or("")}};
  });
}

void Write::add_feature(const std::string& name) {
  const Authorization authorization = authorizer_.authorize_company(kChangeCatalogue);
  if (catalogue().has(name)) throw entry_exists(name);
  store().add_feature(name);
  record(authorization, Op::create, What::catalog, 0,
         [&] { return Change{Op::create, What::catalog, {}, name, {}, EntryState{}}; });
}

void Write::remove_entry(const std::string& name) {
  if (!catalogue().has(name)) throw no_such_item(catalogue(), name, "entry");
  const Authorization authorization = authorizer_.authorize_company(kChangeCatalogue);
  if (Catalogue::is_built_in(name)) throw Error::in_use(fmt::format("{} is built in and stays", quote(name)));
  if (const auto use = store().find_use(name)) {
    throw Error::in_use(fmt::format("{} is in use: {}", quote(name), *use));
  }
  const EntryState before = *find_entry_state(catalogue(), name);
  store().remove_entry(name);
  record(authorization, Op::remove, What::catalog, 0,
         [&] { return Change{Op::remove, What::catalog, {}, name, before, {}}; });
}

}  // namespace allot
