#include "cli/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libcore/base/error.hpp"
#include "libcore/base/temporary_file.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kMostInMemory = std::size_t{1024} * 1024;
constexpr std::size_t kPiece = std::size_t{64} * 1024;

std::vector<std::string> temporary_folders(const Streams& streams) {
  if (const auto named = streams.find_variable("TMPDIR"); named && !named->empty()) return {*named};
  return {"/var/tmp", "/tmp"};
}

/// Opens an unnamed file of mode 0600 in `folder`; returns -1 and sets errno on failure.
int open_unnamed(const std::string& folder) {
  const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) return file;
  const auto named = TemporaryFile::make(folder + "/allot");  // not every file system supports O_TMPFILE
  return named ? open(named->name().c_str(), O_RDWR | O_CLOEXEC) : -1;
}

}  // namespace

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

void Spool::append(const char* bytes, std::size_t size) {
  if (text_.size() + size > kMostInMemory) {
    write_file(text_.data(), text_.size());
    text_.clear();
    if (size > kMostInMemory) return write_file(bytes, size);
  }
  text_.append(bytes, size);
}

void Spool::write_file(const char* bytes, std::size_t size) {
  const auto cannot_write = [&](const std::string& folder) {
    return Error::output(
        fmt::format("a temporary file in {} cannot be written: {}", quote(folder), std::strerror(errno)),
        "name a folder with space for it in TMPDIR");
  };
  if (file_ < 0) {
    for (const std::string& folder : temporary_folders(streams_)) {
      folder_ = folder;
      file_ = open_unnamed(folder);
      if (file_ >= 0) break;
    }
  }
  if (file_ < 0) throw cannot_write(folder_);
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = pwrite(file_, bytes + done, size - done, static_cast<off_t>(in_file_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw cannot_write(folder_);
    done += static_cast<std::size_t>(count);
    in_file_ += static_cast<std::size_t>(count);
  }
}

std::size_t Spool::read(char* bytes, std::size_t size, std::size_t position) const {
  if (position >= in_file_) return text_.copy(bytes, size, std::min(position - in_file_, text_.size()));
  ssize_t count = -1;
  do {
    count = pread(file_, bytes, std::min(size, in_file_ - position), static_cast<off_t>(position));
  } while (count < 0 && errno == EINTR);
  if (count <= 0) throw Error::output(fmt::format("a temporary file in {} cannot be read", quote(folder_)));
  return static_cast<std::size_t>(count);
}

bool Spool::write_to(std::streambuf& to) const {
  if (in_file_ > 0) {  // otherwise no memory is allocated
    std::vector<char> piece(kPiece);
    for (std::size_t done = 0; done < in_file_;) {
      const std::size_t count = read(piece.data(), piece.size(), done);
      if (to.sputn(piece.data(), static_cast<std::streamsize>(count)) != static_cast<std::streamsize>(count))
        return false;
      done += count;
    }
  }
  const auto size = static_cast<std::streamsize>(text_.size());
  return to.sputn(text_.data(), size) == size && to.pubsync() == 0;
}

void Spool::clear() {
  text_.clear();
  in_file_ = 0;
}

SpoolWriter::int_type SpoolWriter::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char character = traits_type::to_char_type(c);
  spool_.append(&character, 1);
  return c;
}

std::streamsize SpoolWriter::xsputn(const char* bytes, std::streamsize size) {
  spool_.append(bytes, static_cast<std::size_t>(size));
  return size;
}

SpoolReader::Buffer::int_type SpoolReader::Buffer::underflow() {
  piece.resize(kPiece);
  const std::size_t count = spool.read(piece.data(), piece.size(), position);
  if (count == 0) return traits_type::eof();
  position += count;
  setg(piece.data(), piece.data(), piece.data() + count);
  return traits_type::to_int_type(piece.front());
}

SpoolReader::Buffer::pos_type SpoolReader::Buffer::seekoff(off_type offset, std::ios::seekdir from,
                                                           std::ios::openmode which) {
  const auto now = static_cast<off_type>(position) - (egptr() - gptr());
  if (from == std::ios::cur) return offset == 0 ? pos_type{now} : pos_type{off_type{-1}};
  return from == std::ios::beg ? seekpos(offset, which) : pos_type{off_type{-1}};
}

SpoolReader::Buffer::pos_type SpoolReader::Buffer::seekpos(pos_type at, std::ios::openmode) {
  position = static_cast<std::size_t>(off_type{at});
  setg(nullptr, nullptr, nullptr);
  return at;
}

}  // namespace allot::cli
