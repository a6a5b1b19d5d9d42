#include "libexec/allot-mail/outgoing_mail.hpp"

#include <fmt/format.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libexec/allot-mail/shield.hpp"
#include "libexec/allot-mail/transport.hpp"

namespace allot::mail {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};

struct Free {
  void operator()(char* text) const { g_free(text); }
  void operator()(GDateTime* time) const { g_date_time_unref(time); }
  void operator()(GMimeFormatOptions* options) const { g_mime_format_options_free(options); }
};

/// A reference-counted object.
template <typename T>
using Owned = std::unique_ptr<T, Unref>;
template <typename T>
using Freed = std::unique_ptr<T, Free>;

constexpr std::size_t kLongestId = 250;

void start_gmime() {
  static const bool is_started = [] {
    g_mime_init();
    return true;
  }();
  static_cast<void>(is_started);
}

/// The content of `<...>`.
std::string bare_id(const std::string& id) {
  const bool is_plain = std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  const bool is_bound = id.size() > 2 && id.front() == '<' && id.back() == '>';
  if (!is_plain || !is_bound || id.size() > kLongestId || id.find_first_of("<>(),;:\"[]\\", 1) != id.size() - 1) {
    throw Error::usage(fmt::format("the message id {} is malformed", quote(id)));
  }
  return id.substr(1, id.size() - 2);
}

bool is_language(const std::string& text) {
  return !text.empty() && text.size() <= 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

void add_mailbox(GMimeMessage* message, GMimeAddressType type, const Mailbox& mailbox) {
  require_address(mailbox.address);
  const std::string name = header_text(mailbox.name);
  const Owned<InternetAddress> address{
      internet_address_mailbox_new(name.empty() ? nullptr : name.c_str(), header_address(mailbox.address).c_str())};
  internet_address_set_charset(address.get(), "utf-8");
  internet_address_list_add(g_mime_message_get_addresses(message, type), address.get());
}

Owned<GMimeObject> text_part(const char* subtype, std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  // g_mime_text_part_set_text would end the text at a NUL.
  const Owned<GMimeStream> stream{g_mime_stream_mem_new_with_buffer(text.data(), text.size())};
  const Owned<GMimeDataWrapper> content{
      g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT)};
  Owned<GMimeObject> part{GMIME_OBJECT(g_mime_part_new_with_type("text", subtype))};
  g_mime_object_set_content_type_parameter(part.get(), "charset", "utf-8");
  g_mime_part_set_content(GMIME_PART(part.get()), content.get());
  g_mime_part_set_content_encoding(GMIME_PART(part.get()), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  return part;
}

Owned<GMimeObject> body_of(const OutgoingMail& letter) {
  Owned<GMimeObject> text = text_part("plain", letter.text);
  if (!letter.html) return text;
  const Owned<GMimeObject> html = text_part("html", *letter.html);
  Owned<GMimeObject> both{GMIME_OBJECT(g_mime_multipart_new_with_subtype("alternative"))};
  g_mime_multipart_add(GMIME_MULTIPART(both.get()), text.get());
  g_mime_multipart_add(GMIME_MULTIPART(both.get()), html.get());
  return both;
}

}  // namespace

std::string compose(const OutgoingMail& letter) {
  start_gmime();
  const Owned<GMimeMessage> message{g_mime_message_new(TRUE)};
  const Freed<GDateTime> time{g_date_time_new_from_unix_utc(letter.time)};
  if (time == nullptr) throw Error::usage("the time is not in the calendar");
  g_mime_message_set_date(message.get(), time.get());
  add_mailbox(message.get(), GMIME_ADDRESS_TYPE_FROM, letter.from);
  add_mailbox(message.get(), GMIME_ADDRESS_TYPE_TO, letter.to);
  g_mime_message_set_subject(message.get(), header_text(letter.subject).c_str(), "utf-8");
  g_mime_message_set_message_id(message.get(), bare_id(letter.message_id).c_str());
  if (!is_language(letter.language)) {
    throw Error::usage(fmt::format("the language {} is malformed", quote(letter.language)));
  }
  g_mime_object_set_header(GMIME_OBJECT(message.get()), "Content-Language", letter.language.c_str(), nullptr);
  g_mime_object_set_header(GMIME_OBJECT(message.get()), "Auto-Submitted", "auto-generated", nullptr);
  g_mime_message_set_mime_part(message.get(), body_of(letter).get());
  const Freed<GMimeFormatOptions> format{g_mime_format_options_new()};
  g_mime_format_options_set_newline_format(format.get(), GMIME_NEWLINE_FORMAT_DOS);
  const Freed<char> text{g_mime_object_to_string(GMIME_OBJECT(message.get()), format.get())};
  return shield_lines(text.get());
}

std::string fingerprint(std::string_view message, std::string_view recipient) {
  start_gmime();
  const Owned<GMimeStream> stream{g_mime_stream_mem_new_with_buffer(message.data(), message.size())};
  const Owned<GMimeParser> parser{g_mime_parser_new_with_stream(stream.get())};
  const Owned<GMimeMessage> parsed{g_mime_parser_construct_message(parser.get(), nullptr)};
  const char* const id = parsed == nullptr ? nullptr : g_mime_message_get_message_id(parsed.get());
  const std::string source = fmt::format("{}\n{}", id == nullptr ? message : std::string_view{id}, recipient);
  const Freed<char> hash{
      g_compute_checksum_for_string(G_CHECKSUM_SHA256, source.data(), static_cast<gssize>(source.size()))};
  return hash.get();
}

}  // namespace allot::mail
