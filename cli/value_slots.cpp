#include "cli/value_slots.hpp"

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "libcore/model/hierarchy.hpp"
#include "libcore/template/template.hpp"

namespace allot::cli {
namespace {

using Words = std::initializer_list<std::pair<std::string_view, std::string_view>>;

ValueSlot slot_of_words(Words words) {
  ValueSlot slot{ValueKind::words};
  for (const auto& [word, description] : words) slot.words.add(std::string{word}, std::string{description});
  return slot;
}

ValueSlot slot_of_templates() {
  ValueSlot slot{ValueKind::words};
  for (const BuiltInTemplate& each : built_in_templates()) {
    if (each.language == kEnglish) slot.words.add(std::string{each.name}, std::string{each.purpose});
  }
  return slot;
}

constexpr std::pair<std::string_view, ValueKind> kOptions[] = {
    {"--db", ValueKind::files},        {"--config", ValueKind::files},
    {"--output", ValueKind::files},    {"-o", ValueKind::files},
    {"--body", ValueKind::files},      {"--html", ValueKind::files},
    {"--feature", ValueKind::feature}, {"--no-feature", ValueKind::feature},
    {"--at-least", ValueKind::count},  {"--count", ValueKind::count},
    {"--need", ValueKind::count},      {"--requires", ValueKind::resource},
    {"--why", ValueKind::item},        {"--user", ValueKind::user},
    {"--as", ValueKind::user},         {"--by", ValueKind::user},
    {"--print-key", ValueKind::user},  {"--into", ValueKind::path},
    {"--kind", ValueKind::group_kind}, {"--label", ValueKind::label_key},
    {"--no-label", ValueKind::label},  {"--sort", ValueKind::sort_key},
    {"--columns", ValueKind::column},  {"--as-of", ValueKind::revision},
    {"--after", ValueKind::revision},  {"--if-revision", ValueKind::revision},
};

/// The positional arguments that are of one kind in every command.
constexpr std::pair<std::string_view, ValueKind> kPositionals[] = {
    {"PATH", ValueKind::path},    {"NEW-PARENT", ValueKind::path},       {"TO", ValueKind::path},
    {"FILE", ValueKind::files},   {"KEYFILE", ValueKind::files},         {"FROM", ValueKind::group_of_user},
    {"REV", ValueKind::revision}, {"SUBCOMMAND", ValueKind::subcommand}, {"COMMAND", ValueKind::page},
};

}  // namespace

ValueSlot slot_of_option(const std::string& name, const std::string& command) {
  for (const auto& [option, kind] : kOptions) {
    if (option == name) return {kind};
  }
  if (name == "--restriction") {
    return slot_of_words({{"none", "no limit of its own"},
                          {"reserved", "its licenses are set aside in the parent"},
                          {"shared", "its licenses are a ceiling"}});
  }
  if (name == "--role") {
    return slot_of_words({{"user", "uses the licenses"},
                          {"concierge", "sees the group and all groups below it"},
                          {"admin", "changes what is in the group and below it"}});
  }
  if (name == "--remind-repeat") return slot_of_words({{"once", ""}, {"daily", ""}, {"weekly", ""}, {"30-days", ""}});
  if (name == "--status") {
    return slot_of_words(
        {{"active", ""}, {"pending", "begins later"}, {"expired", ""}, {"out-of-force", "of licenses"}});
  }
  if (name == "--format") {
    return slot_of_words(
        {{"table", "for people"}, {"json", ""}, {"tsv", "tab-separated values"}, {"csv", "of lists, with a header"}});
  }
  if (name == "--color") return slot_of_words({{"auto", "on a terminal"}, {"always", ""}, {"never", ""}});
  if (name == "--language") {
    ValueSlot slot = slot_of_words({{"en", "English"}, {"uk", "Ukrainian"}});
    if (!command.starts_with("template")) slot.words.add("none", "");
    return slot;
  }
  if (name == "--type") return slot_of_words({{"plus", ""}, {"basic", ""}, {"trial", ""}});
  return {};
}

ValueSlot slot_of_positional(const std::string& name, const std::string& command) {
  if (name == "FROM" && command == "license transfer") return {ValueKind::path};
  for (const auto& [positional, kind] : kPositionals) {
    if (positional == name) return {kind};
  }
  if (name == "TO-NAME") return {ValueKind::license};
  if (name == "EMAIL") return {command == "user set" || command == "user remove" ? ValueKind::member : ValueKind::user};
  if (name == "SHELL") return slot_of_words({{"bash", ""}, {"zsh", ""}, {"fish", ""}});
  if (name != "NAME") return {};
  if (command == "catalog remove") return {ValueKind::item};
  if (command.starts_with("template")) return slot_of_templates();
  if (command.starts_with("license") && command != "license add") return {ValueKind::license};
  return {};
}

}  // namespace allot::cli
