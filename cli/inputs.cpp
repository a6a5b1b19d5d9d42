#include "cli/inputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "cli/spool.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr const char* kStandardInput = "standard input";
constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;
constexpr std::size_t kLargestRemoteInput = 64 * kMebibyte;
constexpr std::streamsize kPiece = std::streamsize{64} * 1024;

std::uint64_t size_of(const std::string& name) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(name, failure);
  return failure ? 0 : size;
}

OpenInput open_standard_input(Streams& streams, const StoreFiles& store) {
  require_untaken_input(streams);
  streams.is_input_taken = true;
  if (const auto found = store.find_open(streams.in_fd)) return {kStandardInput, nullptr, "is " + *found};
  const bool is_remote = streams.caller == Caller::remote;
  if (!is_remote && !may_wait("-", streams)) return {kStandardInput, {&streams.in, [](std::istream*) {}}, {}};
  return {kStandardInput, hold_input(streams.in, streams, is_remote ? kLargestRemoteInput : SIZE_MAX), {}};
}

}  // namespace

void require_untaken_input(const Streams& streams, std::size_t times) {
  if (times == 0 || (times == 1 && !streams.is_input_taken)) return;
  throw Error::usage("standard input can be read only once", streams.caller == Caller::remote
                                                                 ? "give ssh itself the command that reads it"
                                                                 : "read the batch, or the hierarchy, from a file");
}

bool may_wait(const std::string& name, const Streams& streams) {
  if (name == "-") return !is_regular(streams.in_fd);
  struct stat status {};
  return stat(name.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

std::shared_ptr<std::istream> hold_input(std::istream& in, const Streams& streams, std::size_t most) {
  const auto held = std::make_shared<SpoolReader>(streams);
  std::vector<char> piece(kPiece);
  do {
    in.read(piece.data(), kPiece);
    held->spool().append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (held->spool().size() > most) {
      throw Error::invalid_input(fmt::format("the standard input is larger than {} MiB", most / kMebibyte),
                                 "send it in parts");
    }
  } while (in);
  if (in.bad()) held->setstate(std::ios::badbit);
  return held;
}

OpenInput open_input(const std::string& name, Streams& streams, const StoreFiles& store) {
  if (name == "-") return open_standard_input(streams, store);
  if (const auto found = store.find(name)) return {name, nullptr, "is " + *found};
  std::error_code failure;
  if (std::filesystem::is_directory(name, failure)) return {name, nullptr, "is a folder"};
  auto file = std::make_shared<std::ifstream>(name, std::ios::binary);
  if (!*file) return {name, nullptr, fmt::format("cannot be read: {}", std::strerror(errno))};
  if (may_wait(name, streams)) return {name, hold_input(*file, streams, SIZE_MAX), {}};
  return {name, file, {}};
}

std::optional<OpenInput> HeldInputs::take(const std::string& word) {
  const auto found = held_.find(word);
  if (found == held_.end()) return std::nullopt;
  OpenInput input = std::move(found->second);
  held_.erase(found);
  return input;
}

InputFiles::InputFiles(std::vector<OpenInput> files) {
  std::uint64_t total = 0;
  bool is_total_known = true;
  for (const OpenInput& file : files) {
    is_total_known &= file.name != kStandardInput;
    total += size_of(file.name);
  }
  if (!is_total_known) total = 0;
  const auto done = std::make_shared<std::uint64_t>(0);
  for (OpenInput& file : files) {
    const std::string name = file.name;
    inputs_.push_back({name, [file = std::move(file), done, total, report = report_](char* buffer, std::size_t size) {
                         if (!file.fault.empty()) throw Error::invalid_input(file.fault);
                         file.stream->read(buffer, static_cast<std::streamsize>(size));
                         if (file.stream->bad()) throw Error::invalid_input("cannot be read");
                         const auto got = static_cast<std::size_t>(file.stream->gcount());
                         *done += got;
                         if (*report) (*report)(*done, total);
                         return got;
                       }});
  }
}

}  // namespace allot::cli
