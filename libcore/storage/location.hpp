#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "libcore/storage/store.hpp"

namespace allot {

/// Configures SQLite for the whole process so that a start is faster: memory is allocated on demand and not counted.
/// It must be called before the first store is opened, by a program that uses SQLite only through this library.
/// Returns false if SQLite refuses the settings, as it does after its first use.
bool tune_process();

/// Returns whether a store, or anything else, exists at a location.
bool is_taken(const std::string& location);

/// Creates a store that contains only the company and the built-in catalogue. It gets its name when `save` is called;
/// without that, nothing is left. Throws store.
std::unique_ptr<Store> create_store(const std::string& location);

/// Opens an existing store; `wait` is the maximum wait for another process's lock. Throws store.
std::unique_ptr<Store> open_store(const std::string& location, std::chrono::milliseconds wait);

}  // namespace allot
