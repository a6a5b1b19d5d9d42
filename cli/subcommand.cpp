#include "cli/subcommand.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <utility>

#include "cli/parser.hpp"

namespace allot::cli {
namespace {

/// Makes `parser` reset `value` to its current value before reuse.
template <typename T>
void restore(Parser& parser, T& value) {
  parser.on_reuse([&value, initial = value] { value = initial; });
}

}  // namespace

Word Word::excludes(Word other) const {
  option_->excludes(other.option_);
  return *this;
}

Word Word::needs(Word other) const {
  option_->needs(other.option_);
  return *this;
}

Word Word::with_optional_value() const {
  option_->expected(0, 1);
  return *this;
}

void Subcommand::add_subcommands(std::initializer_list<Entry> entries, Needed needed) const {
  if (needed == Needed::yes) app_.require_subcommand(1);
  const auto named = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.name == parser_.named_subcommand(); });
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    if (named != entries.end() && entry != named) continue;
    if (named != entries.end()) parser_.restrict_to_subcommand();
    entry->setup(Subcommand{parser_, *app_.add_subcommand(entry->name, entry->help)});
  }
}

Word Subcommand::argument(const char* name, std::string& value, const char* help) const {
  restore(parser_, value);
  return Word{app_.add_option(name, value, help)->transform(unmark)->required()};
}

Word Subcommand::argument(const char* name, std::optional<std::string>& value, const char* help) const {
  restore(parser_, value);
  return Word{app_.add_option(name, value, help)->transform(unmark)};
}

Word Subcommand::arguments(const char* name, std::vector<std::string>& values, const char* help) const {
  restore(parser_, values);
  return Word{app_.add_option(name, values, help)->transform(unmark)->required()};
}

Word Subcommand::option(const char* names, const char* shown, std::optional<std::string>& value,
                        const char* help) const {
  restore(parser_, value);
  return Word{app_.add_option(names, value, help)->option_text(shown)};
}

Word Subcommand::option(const char* names, const char* shown, std::vector<std::string>& values,
                        const char* help) const {
  restore(parser_, values);
  return Word{app_.add_option(names, values, help)->option_text(shown)->allow_extra_args(false)};
}

Word Subcommand::flag(const char* names, bool& value, const char* help) const {
  restore(parser_, value);
  return Word{app_.add_flag(names, value, help)};
}

void Subcommand::mark_input(Word word) const { parser_.add_input(*word.option_); }

void Subcommand::allow_at() const { parser_.allow_at(app_); }

void Subcommand::allow_csv() const { parser_.allow_csv(app_); }

void Subcommand::set_preparation(std::function<void(Streams&)> prepare) const {
  parser_.set_preparation(std::move(prepare));
}

void Subcommand::set_action(std::function<void(Context&)> run) const {
  set_status_action([run = std::move(run)](Context& context) {
    run(context);
    return 0;
  });
}

void Subcommand::set_status_action(std::function<int(Context&)> run) const { parser_.set_action(app_, std::move(run)); }

}  // namespace allot::cli
