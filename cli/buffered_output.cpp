#include "cli/buffered_output.hpp"

#include "cli/output/pager.hpp"

namespace allot::cli {
namespace {

/// Sets the buffer of `stream` and preserves the stream state, which rdbuf() would clear.
std::streambuf* exchange_buffer(std::ostream& stream, std::streambuf* buffer) {
  const std::ios::iostate state = stream.rdstate();
  std::streambuf* const before = stream.rdbuf(buffer);
  stream.setstate(state);
  return before;
}

}  // namespace

BufferedOutput::BufferedOutput(Streams& streams)
    : streams_(streams), printed_on_(exchange_buffer(streams.out, this)), spool_(streams) {}

BufferedOutput::~BufferedOutput() {
  streams_.out.flush();
  exchange_buffer(streams_.out, printed_on_);
}

BufferedOutput::int_type BufferedOutput::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char character = traits_type::to_char_type(c);
  return xsputn(&character, 1) == 1 ? c : traits_type::eof();
}

std::streamsize BufferedOutput::xsputn(const char* bytes, std::streamsize size) {
  try {
    spool_.append(bytes, static_cast<std::size_t>(size));
    return size;
  } catch (const Error& error) {
    streams_.output_fault = error;
    return 0;
  }
}

int BufferedOutput::sync() {
  if (spool_.size() == 0) return printed_on_->pubsync();
  if (streams_.pager.empty()) return print(*printed_on_);
  Pager pager{streams_.pager};
  return print(pager.is_open() ? *pager.stream().rdbuf() : *printed_on_);
}

int BufferedOutput::print(std::streambuf& to) {
  try {
    if (!spool_.write_to(to)) return -1;
  } catch (const Error& error) {
    streams_.output_fault = error;
    return -1;
  }
  spool_.clear();
  return 0;
}

}  // namespace allot::cli
