// The content of an entry: a line for each change, its fields apart by tabs, which no name holds.
//
//   line    := op what TAB way TAB path TAB name { TAB before }* { TAB after }*
//   op      := '+' created, '~' updated (both sides follow) or '-' removed; '=' marks a group below which others were
//              made that are known by their rows alone
//   what    := 'g' group, 'l' license, 'm' membership, 'c' catalog or 't' template
//   way     := the rows of the groups from `/` down, such as 1.5.12; empty for what is of no group
//   group   := parent path kind restriction suspended reminder
//   license := type counts features from until
//   member  := email name role counts features from until      (features '*': all that the group has)
//   entry   := kind required
//   letter  := subject body html      (as they are but for \\, \n and \t; html '-': none, else '+' and the text)

#include "libcore/engine/entry_text.hpp"

#include <fmt/format.h>

#include <charconv>

#include "libcore/base/error.hpp"
#include "libcore/store/grant_text.hpp"

namespace allot {
namespace {

constexpr std::string_view kWhats = "glmct";
constexpr std::string_view kAllFeatures = "*";

/// A text of several lines as a field.
std::string escape_text(std::string_view text) {
  std::string field;
  for (const char c : text) {
    if (c == '\\' || c == '\n' || c == '\t') {
      field += '\\';
      field += c == '\n' ? 'n' : c == '\t' ? 't' : c;
    } else {
      field += c;
    }
  }
  return field;
}

std::string unescape_text(std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      text += field[i];
      continue;
    }
    const char c = field[++i];
    text += c == 'n' ? '\n' : c == 't' ? '\t' : c;
  }
  return text;
}

Error unreadable() {
  return Error::store("the store is damaged: an entry of the log cannot be read", "restore a backup");
}

std::string write_day(Day day) { return day.is_finite() ? day.to_string() : std::string{}; }

std::string write_reminder(const std::optional<Reminder>& reminder) {
  if (!reminder) return {};
  return fmt::format("{} {}{}", reminder->before, word_for(reminder->repeat), reminder->users ? " users" : "");
}

/// Adds the fields of one side of a change.
struct SideWriter {
  const Catalogue& catalogue;
  std::string& out;

  void put(std::string_view field) const { out.append(1, '\t').append(field); }

  void put_period(const Period& period) const {
    put(write_day(period.from));
    put(write_day(period.until));
  }

  void operator()(const std::monostate& /*nothing on this side*/) const {}
  void operator()(const GroupState& group) const {
    put(std::to_string(group.parent));
    put(group.path);
    put(group.traits.kind);
    put(word_for(group.traits.restriction));
    put(group.traits.suspended ? "suspended" : "");
    put(write_reminder(group.traits.reminder));
  }
  void operator()(const License& license) const {
    put(license.type);
    put(write_counts(license.grant.counts, catalogue));
    put(write_features(license.grant.features, catalogue));
    put_period(license.grant.period);
  }
  void operator()(const Membership& member) const {
    put(member.email);
    put(member.name);
    put(word_for(member.role));
    put(write_counts(member.grant.counts, catalogue));
    put(member.inherits_features ? std::string{kAllFeatures} : write_features(member.grant.features, catalogue));
    put_period(member.grant.period);
  }
  void operator()(const Letter& letter) const {
    put(escape_text(letter.subject));
    put(escape_text(letter.body));
    put(letter.html ? '+' + escape_text(*letter.html) : "-");
  }
  void operator()(const EntryState& entry) const {
    put(entry.is_counted ? "counted" : "feature");
    put(entry.required);
  }
};

/// Gives the fields of a line one after the other.
class Fields {
 public:
  explicit Fields(std::string_view line) : rest_(line) {}

  std::string_view next() {
    if (is_at_end_) throw unreadable();
    const std::size_t tab = rest_.find('\t');
    const std::string_view field = rest_.substr(0, tab);
    is_at_end_ = tab == std::string_view::npos;
    if (!is_at_end_) rest_.remove_prefix(tab + 1);
    return field;
  }

  std::int64_t number() { return to_number(next()); }

  static std::int64_t to_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) throw unreadable();
    return value;
  }

  bool is_at_end() const { return is_at_end_; }

 private:
  std::string_view rest_;
  bool is_at_end_ = false;
};

/// The words of a text apart by spaces.
std::vector<std::string_view> split_at_spaces(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    words.push_back(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return words;
}

template <typename Enum, std::size_t N>
Enum read_word(std::string_view text, const std::array<std::string_view, N>& words) {
  const auto value = parse_word<Enum>(text, words);
  if (!value) throw unreadable();
  return *value;
}

/// Reads the sides of changes; the catalogue learns what they name, be it that it has an entry of the other kind with
/// that name today.
class SideReader {
 public:
  SideReader(Fields& fields, Catalogue& catalogue) : fields_(fields), catalogue_(catalogue) {}

  ItemState read(What what, std::string_view name) {
    switch (what) {
      case What::group:
        return read_group();
      case What::license:
        return read_license(name);
      case What::membership:
        return read_member();
      case What::mail_template:
        return read_letter();
      case What::catalog:
        break;
    }
    const bool is_counted = fields_.next() == "counted";
    return EntryState{is_counted, std::string{fields_.next()}};
  }

 private:
  GroupState read_group() {
    GroupState group;
    group.parent = fields_.number();
    group.path = fields_.next();
    group.traits.kind = fields_.next();
    group.traits.restriction = read_word<Restriction>(fields_.next(), kRestrictionWords);
    group.traits.suspended = !fields_.next().empty();
    const auto reminder = split_at_spaces(fields_.next());
    if (reminder.empty()) return group;
    if (reminder.size() < 2) throw unreadable();
    group.traits.reminder = Reminder{static_cast<int>(Fields::to_number(reminder[0])),
                                     read_word<Repeat>(reminder[1], kRepeatWords), reminder.size() > 2};
    return group;
  }

  License read_license(std::string_view name) {
    License license;
    license.name = name;
    license.type = fields_.next();
    license.grant.counts = counts();
    license.grant.features = features(fields_.next());
    license.grant.period = period();
    return license;
  }

  Membership read_member() {
    Membership member;
    member.email = fields_.next();
    member.name = fields_.next();
    member.role = read_word<Role>(fields_.next(), kRoleWords);
    member.grant.counts = counts();
    const std::string_view listed = fields_.next();
    member.inherits_features = listed == kAllFeatures;
    if (!member.inherits_features) member.grant.features = features(listed);
    member.grant.period = period();
    return member;
  }

  Letter read_letter() {
    Letter letter{unescape_text(fields_.next()), unescape_text(fields_.next()), {}};
    const std::string_view html = fields_.next();
    if (html.starts_with('+')) letter.html = unescape_text(html.substr(1));
    return letter;
  }

  Counts counts() {
    const std::string_view text = fields_.next();
    for (const std::string_view word : split_at_spaces(text)) {
      const std::string name{word.substr(0, word.find('='))};
      if (!catalogue_.find_counted(name)) catalogue_.add_counted(name, std::nullopt);
    }
    return read_counts(text, catalogue_);
  }

  Features features(std::string_view text) {
    for (const std::string_view name : split_at_spaces(text)) {
      if (!catalogue_.find_feature(name)) catalogue_.add_feature(std::string{name});
    }
    return read_features(text, catalogue_);
  }

  Period period() {
    Period period;
    if (const auto from = fields_.next(); !from.empty()) period.from = day(from);
    if (const auto until = fields_.next(); !until.empty()) period.until = day(until);
    return period;
  }

  static Day day(std::string_view text) {
    const auto day = Day::parse(text);
    if (!day) throw unreadable();
    return *day;
  }

  Fields& fields_;
  Catalogue& catalogue_;
};

std::vector<std::int64_t> read_way(std::string_view text) {
  std::vector<std::int64_t> way;
  while (!text.empty()) {
    const std::size_t dot = text.find('.');
    way.push_back(Fields::to_number(text.substr(0, dot)));
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  return way;
}

Op read_op(char sign) {
  if (sign == '+') return Op::create;
  if (sign == '~') return Op::update;
  if (sign == '-') return Op::remove;
  throw unreadable();
}

/// Reads a line into `change`, or of a mark only its way into `marked`; says whether it is a change.
bool read_line(std::string_view line, Catalogue& catalogue, Change& change, std::vector<std::int64_t>& marked) {
  Fields fields{line};
  const std::string_view head = fields.next();
  if (head.size() != 2) throw unreadable();
  std::vector<std::int64_t> way = read_way(fields.next());
  if (head[0] == '=') {
    marked = std::move(way);
    return false;
  }
  const std::size_t what = kWhats.find(head[1]);
  if (what == std::string_view::npos) throw unreadable();
  change.op = read_op(head[0]);
  change.what = static_cast<What>(what);
  change.way = std::move(way);
  change.path = fields.next();
  change.name = fields.next();
  SideReader sides{fields, catalogue};
  if (change.op != Op::create) change.before = sides.read(change.what, change.name);
  if (change.op != Op::remove) change.after = sides.read(change.what, change.name);
  if (!fields.is_at_end()) throw unreadable();
  return true;
}

void append_way(const std::vector<std::int64_t>& way, std::string& content) {
  for (std::size_t i = 0; i < way.size(); ++i) {
    if (i > 0) content += '.';
    content += std::to_string(way[i]);
  }
}

}  // namespace

void append_change(const Change& change, const Catalogue& catalogue, std::string& content) {
  content += change.op == Op::create ? '+' : change.op == Op::update ? '~' : '-';
  content += kWhats[static_cast<std::size_t>(change.what)];
  content += '\t';
  append_way(change.way, content);
  content.append(1, '\t').append(change.path).append(1, '\t').append(change.name);
  const SideWriter writer{catalogue, content};
  std::visit(writer, change.before);
  std::visit(writer, change.after);
  content += '\n';
}

void append_mark(const std::vector<std::int64_t>& way, std::string& content) {
  content += "=g\t";
  append_way(way, content);
  content += '\n';
}

std::vector<std::string_view> lines_of(std::string_view content) {
  std::vector<std::string_view> lines;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    if (end == std::string_view::npos) throw unreadable();
    lines.push_back(content.substr(0, end));
    content.remove_prefix(end + 1);
  }
  return lines;
}

std::optional<Change> read_change(std::string_view line, Catalogue& catalogue) {
  Change change;
  std::vector<std::int64_t> marked;
  if (!read_line(line, catalogue, change, marked)) return std::nullopt;
  return change;
}

EntryContent read_content(std::string_view content, Catalogue& catalogue) {
  EntryContent read;
  for (const std::string_view line : lines_of(content)) {
    Change change;
    std::vector<std::int64_t> marked;
    if (read_line(line, catalogue, change, marked)) {
      read.changes.push_back(std::move(change));
    } else {
      read.marked.push_back(std::move(marked));
    }
  }
  return read;
}

}  // namespace allot
