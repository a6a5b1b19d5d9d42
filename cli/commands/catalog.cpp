
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/edit/catalogue.hpp"

namespace allot::cli {
namespace {

struct CatalogAddOptions {
  std::string name;
  bool counted = false;
  bool feature = false;
  std::optional<std::string> required;
};

void add_entry(const CatalogAddOptions& options, Context& context) {
  const std::string name = parse_item_name(options.name);
  if (options.counted == options.feature) throw Error::usage("an entry is either --counted or a --feature");
  std::optional<std::string> required;
  if (options.required) required = parse_item_name(*options.required);
  context.write([&](Write& write) {
    if (options.counted) {
      add_counted(write, name, required);
    } else {
      add_feature(write, name);
    }
  });
}

void setup_catalog_add(const Subcommand& subcommand) {
  auto options = std::make_shared<CatalogAddOptions>();
  subcommand.argument("NAME", options->name, "The name of the entry");
  const Word counted = subcommand.flag("--counted", options->counted, "Add a counted resource");
  subcommand.flag("--feature", options->feature, "Add a feature").excludes(counted);
  subcommand.option("--requires", "NAME", options->required, "Its count may not exceed this resource's").needs(counted);
  subcommand.set_action([options](Context& context) { add_entry(*options, context); });
}

void setup_catalog_remove(const Subcommand& subcommand) {
  auto options = std::make_shared<CatalogAddOptions>();
  subcommand.argument("NAME", options->name, "The name of the entry");
  subcommand.set_action([options](Context& context) {
    const std::string name = parse_item_name(options->name);
    context.write([&](Write& write) { remove_entry(write, name); });
  });
}

/// Prints entries one by one in the context's format.
class EntryList {
 public:
  explicit EntryList(Context& context) : context_(context), table_({{"name"}, {"kind"}, {"requires"}, {"built in"}}) {
    if (context.format() == Format::json) json_.emplace(context.out());
  }

  void add(const std::string& name, const char* kind, const std::string& required) {
    const bool built_in = Catalogue::is_built_in(name);
    if (json_) {
      json_->add({{"name", name},
                  {"kind", kind},
                  {"requires", required.empty() ? Json(nullptr) : Json(required)},
                  {"builtin", built_in}});
    } else if (context_.format() == Format::tsv) {
      TsvWriter{context_.out()}.write({name, kind, required, built_in ? "yes" : "no"});
    } else {
      table_.add_row({{name}, {kind}, {required}, {built_in ? "yes" : ""}});
    }
  }

  void finish() {
    if (json_) json_->finish();
    if (context_.format() == Format::table) table_.print(context_.out(), context_.out_capabilities());
  }

 private:
  Context& context_;
  std::optional<JsonArray> json_;
  Table table_;
};

void setup_catalog_list(const Subcommand& subcommand) {
  subcommand.set_action([](Context& context) {
    const auto view = context.view();
    const Catalogue& catalogue = view->catalogue();
    EntryList list{context};
    for (const ResourceId id : catalogue.counted_in_order()) {
      const CountedResource& entry = catalogue.counted()[id];
      list.add(entry.name, "counted", entry.requires_id ? catalogue.counted()[*entry.requires_id].name : "");
    }
    for (const FeatureId id : catalogue.features_in_order()) list.add(catalogue.features()[id], "feature", "");
    list.finish();
  });
}

}  // namespace

void setup_catalog(const Subcommand& command) {
  command.add_subcommands({{"list", "List the catalogue", setup_catalog_list},
                           {"add", "Add a counted resource or a feature", setup_catalog_add},
                           {"remove", "Remove an unused entry", setup_catalog_remove}});
}

}  // namespace allot::cli
