#include "cli/show_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cli/output/dates.hpp"
#include "cli/output/tsv.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"
#include "libcore/base/moment.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::string_view kVias[] = {"command", "batch", "import", "shell"};

std::string_view word_for(Via via) { return kVias[static_cast<std::size_t>(via)]; }

Json json_of_entry(const LogEntry& entry) {
  return {{"revision", entry.revision},
          {"time", write_moment(entry.time)},
          {"login", entry.login},
          {"as", json_of_optional(entry.actor)},
          {"via", word_for(entry.via)},
          {"command", json_of_optional(entry.command)},
          {"message", json_of_optional(entry.message)},
          {"changes", entry.changes}};
}

/// The JSON of an entry up to its changes.
std::string head_of(const LogEntry& entry) {
  Json head = json_of_entry(entry);
  head.erase("changes");
  std::string text = to_text(head);
  text.pop_back();
  return text;
}

/// The author of an entry: the actor, else the login.
std::string describe_author(const LogEntry& entry) { return entry.actor.value_or(entry.login); }

std::vector<std::string> lines_of(const std::optional<std::string>& text) {
  std::vector<std::string> lines;
  std::string_view rest = text ? std::string_view{*text} : std::string_view{};
  while (!rest.empty()) {
    lines.emplace_back(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(lines.back().size() + 1, rest.size()));
  }
  return lines;
}

/// The first line of a message, as the comment of a command line.
std::string describe_message(const std::optional<std::string>& message) {
  const auto lines = lines_of(message);
  return lines.empty() ? "" : fmt::format("  # {}{}", lines.front(), lines.size() > 1 ? " ..." : "");
}

/// The command line, with what it does not say: how it came and how much it changed.
std::string describe_command(const LogEntry& entry) {
  std::vector<std::string> remarks;
  if (entry.via == Via::shell || !entry.command) remarks.emplace_back(word_for(entry.via));
  if (entry.changes != 1) remarks.push_back(count_of(static_cast<std::size_t>(entry.changes), "change"));
  std::string command = entry.command.value_or("");
  if (!remarks.empty()) command += fmt::format("{}({})", command.empty() ? "" : " ", fmt::join(remarks, ", "));
  return command + describe_message(entry.message);
}

void print_head(const LogEntry& entry, Context& context) {
  print_field(context, "revision", std::to_string(entry.revision));
  print_field(context, "time", write_local_moment(entry.time));
  print_field(context, "login", entry.login);
  if (entry.actor) print_field(context, "as", *entry.actor);
  print_field(context, "via", std::string{word_for(entry.via)});
  if (entry.command) print_field(context, "command", *entry.command);
  std::string_view label = "message";
  for (const std::string& line : lines_of(entry.message)) print_field(context, std::exchange(label, ""), line);
  context.out() << '\n';
}

/// Prints the changes of an entry one by one.
class ChangeList {
 public:
  ChangeList(const LogEntry& entry, const Catalogue& catalogue, Context& context)
      : catalogue_(catalogue), context_(context) {
    if (context.format() == Format::table) print_head(entry, context);
    if (context.format() != Format::json) return;
    context.out() << head_of(entry) << ", \"changes\": ";
    json_.emplace(context.out());
  }

  void add(const Change& change) {
    if (json_) {
      json_->add(json_of_changes({change}, catalogue_)[0]);
    } else if (context_.format() == Format::tsv) {
      const Json json = json_of_changes({change}, catalogue_)[0];
      TsvWriter{context_.out()}.write(
          {json["op"], json["what"], change.path, change.name, to_text(json["before"]), to_text(json["after"])});
    } else {
      print_line(context_, mark_of(change.op, context_.out_capabilities()), describe_change(change, catalogue_));
    }
  }

  void finish() {
    if (!json_) return;
    json_->finish();
    context_.out() << "}\n";
  }

 private:
  const Catalogue& catalogue_;
  Context& context_;
  std::optional<JsonArray> json_;
};

}  // namespace

LogList::LogList(Context& context)
    : context_(context),
      table_(
          {{"rev", Align::right}, {"time"}, {"by", Align::left, Wrap::words}, {"command", Align::left, Wrap::words}}) {
  if (context.format() == Format::json) json_.emplace(context.out());
}

void LogList::add(const LogEntry& entry) {
  if (json_) {
    json_->add(json_of_entry(entry));
  } else if (context_.format() == Format::tsv) {
    TsvWriter{context_.out()}.write({std::to_string(entry.revision), write_moment(entry.time), entry.login,
                                     entry.actor.value_or(""), std::string{word_for(entry.via)},
                                     entry.command.value_or(""), std::to_string(entry.changes),
                                     entry.message.value_or("")});
  } else {
    table_.add_row({{std::to_string(entry.revision), Style::yellow},
                    {write_local_minute(entry.time)},
                    {describe_author(entry)},
                    {describe_command(entry)}});
  }
}

void LogList::finish() {
  if (json_) json_->finish();
  if (!table_.is_empty()) {
    table_.print(context_.out(), context_.out_capabilities());
  } else if (context_.format() == Format::table && context_.err_capabilities().is_terminal) {
    context_.err() << "no entry\n";
  }
}

void write_entry_line(const LogEntry& entry, EntryChanges& changes, std::ostream& out) {
  out << head_of(entry) << ",\"changes\":[";
  const char* separator = "";
  changes.for_each([&](const Change& change) {
    out << std::exchange(separator, ",") << to_text(json_of_changes({change}, changes.catalogue())[0]);
  });
  out << "]}\n";
}

void show_entry(const LogEntry& entry, EntryChanges& changes, Context& context) {
  ChangeList list{entry, changes.catalogue(), context};
  changes.for_each([&](const Change& change) { list.add(change); });
  list.finish();
}

}  // namespace allot::cli
