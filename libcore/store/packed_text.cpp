#include "libcore/store/packed_text.hpp"

#include <zlib.h>

#include "libcore/base/error.hpp"

namespace allot {
namespace {

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

Error unreadable() {
  return Error::store("the store is damaged: an entry of the log cannot be unpacked", "restore a backup");
}

}  // namespace

std::string pack_text(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string packed(size, '\0');
  const int result =
      compress2(reinterpret_cast<Bytef*>(packed.data()), &size, bytes_of(text), text.size(), Z_BEST_SPEED);
  if (result != Z_OK) throw Error::internal("a text cannot be packed");
  packed.resize(size);
  return packed;
}

std::string unpack_text(std::string_view packed, std::size_t size) {
  constexpr std::size_t kMostPerByte = 1100;  // what zlib can make of a byte
  if (size / kMostPerByte > packed.size()) throw unreadable();
  std::string text(size, '\0');
  uLongf length = size;
  const int result = uncompress(reinterpret_cast<Bytef*>(text.data()), &length, bytes_of(packed), packed.size());
  if (result != Z_OK || length != size) throw unreadable();
  return text;
}

}  // namespace allot
