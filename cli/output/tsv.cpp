#include "cli/output/tsv.hpp"

#include <fmt/format.h>
#include <unistr.h>

#include <cstdint>
#include <iterator>
#include <string_view>

#include "cli/output/width.hpp"

namespace allot::cli {
namespace {

bool is_control(ucs4_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

void append_bytes(std::string& out, std::string_view bytes) {
  for (const char byte : bytes) fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned char>(byte));
}

void append_field(std::string& out, std::string_view text) {
  if (is_printable_ascii(text) && text.find('\\') == std::string_view::npos) {
    out += text;
    return;
  }
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    ucs4_t c = 0;
    const int length = u8_mbtoucr(&c, bytes + at, text.size() - at);
    const std::string_view character = text.substr(at, length > 0 ? static_cast<std::size_t>(length) : 1);
    if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (length <= 0 || is_control(c)) {
      append_bytes(out, character);
    } else {
      out += character;
    }
    at += character.size();
  }
}

}  // namespace

void TsvWriter::write(const std::vector<std::string>& fields) {
  line_.clear();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line_ += '\t';
    append_field(line_, fields[i]);
  }
  line_ += '\n';
  out_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
}

}  // namespace allot::cli
