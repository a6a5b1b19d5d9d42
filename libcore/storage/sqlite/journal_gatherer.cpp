#include "libcore/storage/sqlite/journal_gatherer.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <mutex>
#include <new>
#include <string>

namespace allot {
namespace {

constexpr std::size_t kMostGathered = std::size_t{64} * 1024;  // SQLite writes less than 128 KiB at once
constexpr const char* kName = "allot-journal";

sqlite3_vfs* system_files() {
  static sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
  return files;
}

/// A journal as seen by SQLite; the system's own file object follows in the same memory.
struct Journal {
  sqlite3_file base;
  std::string* gathered;
  sqlite3_int64 offset;  // of `gathered` in the file

  static Journal& of(sqlite3_file* file) { return *reinterpret_cast<Journal*>(file); }
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }

  int flush() {
    if (gathered->empty()) return SQLITE_OK;
    const int result = real()->pMethods->xWrite(real(), gathered->data(), static_cast<int>(gathered->size()), offset);
    if (result == SQLITE_OK) gathered->clear();
    return result;
  }

  int write(const void* bytes, int size, sqlite3_int64 at) {
    const bool continues = at == offset + static_cast<sqlite3_int64>(gathered->size());
    if (!continues || gathered->size() + static_cast<std::size_t>(size) > kMostGathered) {
      if (const int result = flush(); result != SQLITE_OK) return result;
    }
    if (gathered->empty()) offset = at;
    try {
      gathered->append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    } catch (const std::bad_alloc&) {
      return SQLITE_IOERR_NOMEM;
    }
    return SQLITE_OK;
  }
};

/// Calls `call` on the system's file after writing all gathered data to it.
template <typename Call>
int after_flush(sqlite3_file* file, Call call) {
  Journal& journal = Journal::of(file);
  const int result = journal.flush();
  return result == SQLITE_OK ? call(journal.real()) : result;
}

int close(sqlite3_file* file) {
  Journal& journal = Journal::of(file);
  const int flushed = journal.flush();
  delete journal.gathered;
  const int closed = journal.real()->pMethods->xClose(journal.real());
  return flushed == SQLITE_OK ? closed : flushed;
}

int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
  return after_flush(file, [&](sqlite3_file* real) { return real->pMethods->xRead(real, bytes, size, at); });
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  return Journal::of(file).write(bytes, size, at);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return after_flush(file, [&](sqlite3_file* real) { return real->pMethods->xTruncate(real, size); });
}

int sync(sqlite3_file* file, int flags) {
  return after_flush(file, [&](sqlite3_file* real) { return real->pMethods->xSync(real, flags); });
}

int find_size(sqlite3_file* file, sqlite3_int64* size) {
  return after_flush(file, [&](sqlite3_file* real) { return real->pMethods->xFileSize(real, size); });
}

int lock(sqlite3_file* file, int level) {
  sqlite3_file* const real = Journal::of(file).real();
  return real->pMethods->xLock(real, level);
}

int unlock(sqlite3_file* file, int level) {
  sqlite3_file* const real = Journal::of(file).real();
  return real->pMethods->xUnlock(real, level);
}

int check_reserved(sqlite3_file* file, int* is_reserved) {
  sqlite3_file* const real = Journal::of(file).real();
  return real->pMethods->xCheckReservedLock(real, is_reserved);
}

int control(sqlite3_file* file, int operation, void* argument) {
  sqlite3_file* const real = Journal::of(file).real();
  return real->pMethods->xFileControl(real, operation, argument);
}

int sector_size(sqlite3_file* file) {
  sqlite3_file* const real = Journal::of(file).real();
  return real->pMethods->xSectorSize(real);
}

int characteristics(sqlite3_file* file) {
  sqlite3_file* const real = Journal::of(file).real();
  return real->pMethods->xDeviceCharacteristics(real);
}

constexpr sqlite3_io_methods kMethods = {
    1,       close,          read,    write,       truncate,        sync,    find_size, lock,
    unlock,  check_reserved, control, sector_size, characteristics, nullptr, nullptr,   nullptr,
    nullptr, nullptr,        nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  sqlite3_vfs* const files = system_files();
  if ((flags & SQLITE_OPEN_MAIN_JOURNAL) == 0) return files->xOpen(files, name, file, flags, flags_out);
  Journal& journal = Journal::of(file);
  journal.base.pMethods = nullptr;  // SQLite closes a file only if it has methods
  journal.offset = 0;
  const int result = files->xOpen(files, name, journal.real(), flags, flags_out);
  if (result != SQLITE_OK) return result;
  journal.gathered = new (std::nothrow) std::string;
  if (journal.gathered == nullptr) {
    journal.real()->pMethods->xClose(journal.real());
    return SQLITE_NOMEM;
  }
  journal.base.pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

const char* journal_gatherer() {
  static std::once_flag once;
  std::call_once(once, [] {
    static sqlite3_vfs gatherer = *system_files();
    gatherer.zName = kName;
    gatherer.szOsFile += static_cast<int>(sizeof(Journal));
    gatherer.pNext = nullptr;
    gatherer.xOpen = open;
    sqlite3_vfs_register(&gatherer, 0);
  });
  return kName;
}

}  // namespace allot
