#include "cli/held_output.hpp"

#include <vector>

namespace allot::cli {
namespace {

constexpr std::size_t kMostInMemory = std::size_t{1024} * 1024;

}  // namespace

HeldOutput::HeldOutput(std::ostream& out) : out_(out) {
  const std::ios::iostate state = out.rdstate();
  printed_on_ = out.rdbuf(this);
  out.setstate(state);  // which a change of the buffer clears
}

HeldOutput::~HeldOutput() {
  const std::ios::iostate state = out_.rdstate();
  out_.rdbuf(printed_on_);
  out_.setstate(state);
  print();
  if (file_ != nullptr) std::fclose(file_);
}

HeldOutput::int_type HeldOutput::overflow(int_type c) {
  const char character = traits_type::to_char_type(c);
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  return xsputn(&character, 1) == 1 ? c : traits_type::eof();
}

std::streamsize HeldOutput::xsputn(const char* text, std::streamsize size) {
  if (text_.size() + static_cast<std::size_t>(size) > kMostInMemory) {
    if (file_ == nullptr) file_ = std::tmpfile();
    if (file_ == nullptr || std::fwrite(text_.data(), 1, text_.size(), file_) != text_.size()) return 0;
    text_.clear();
  }
  text_.append(text, static_cast<std::size_t>(size));
  return size;
}

void HeldOutput::print() {
  if (file_ != nullptr) {
    if (std::fflush(file_) != 0) out_.setstate(std::ios::badbit);
    std::rewind(file_);
    std::vector<char> piece(kMostInMemory);
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file_)) {
      out_.write(piece.data(), static_cast<std::streamsize>(got));
    }
  }
  out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
}

}  // namespace allot::cli
