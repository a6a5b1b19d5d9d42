#include "cli/inputs.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;
constexpr std::streamsize kPiece = std::streamsize{64} * 1024;

std::uint64_t size_of(const std::string& name) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(name, failure);
  return failure ? 0 : size;
}

/// Opens the file `name` for reading and says in `fault` why it cannot be read.
std::shared_ptr<std::istream> open_file(const std::string& name, std::string& fault) {
  auto file = std::make_shared<std::ifstream>(name, std::ios::binary);
  if (!*file) fault = fmt::format("cannot be read: {}", std::strerror(errno));
  std::error_code failure;
  if (std::filesystem::is_directory(name, failure)) fault = "is a folder";
  return file;
}

}  // namespace

std::shared_ptr<std::istream> open_input(const FileName& name) {
  std::string fault;
  auto file = open_file(name.text(), fault);
  if (!fault.empty()) throw Error::invalid_input(fmt::format("{} {}", quote(name.text()), fault));
  return file;
}

std::shared_ptr<std::istream> hold_input(std::istream& in, std::size_t most) {
  std::string text;
  std::vector<char> piece(kPiece);
  do {
    in.read(piece.data(), kPiece);
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most) {
      throw Error::invalid_input(fmt::format("the standard input is larger than {} MiB", most / kMebibyte),
                                 "send it in parts");
    }
  } while (in);
  if (in.bad()) throw Error::invalid_input("the standard input cannot be read");
  return std::make_shared<std::istringstream>(std::move(text));
}

InputFiles::InputFiles(const std::vector<FileName>& files, std::istream* standard_input) {
  std::vector<std::string> names;
  for (const FileName& file : files) names.push_back(file.text());
  std::uint64_t total = 0;
  bool is_total_known = true;
  for (const std::string& name : names) {
    const bool is_standard = name == "-";
    is_total_known &= !is_standard;
    if (!is_standard) total += size_of(name);
  }
  if (!is_total_known) total = 0;
  const auto done = std::make_shared<std::uint64_t>(0);
  for (const std::string& name : names) {
    std::string fault;
    std::shared_ptr<std::istream> stream =
        name == "-" ? std::shared_ptr<std::istream>{standard_input, [](std::istream*) {}} : open_file(name, fault);
    const std::string shown = name == "-" ? "standard input" : name;
    inputs_.push_back({shown, [stream, fault, done, total, report = report_](char* buffer, std::size_t size) {
                         if (!fault.empty()) throw Error::invalid_input(fault);
                         stream->read(buffer, static_cast<std::streamsize>(size));
                         if (stream->bad()) throw Error::invalid_input("cannot be read");
                         const auto got = static_cast<std::size_t>(stream->gcount());
                         *done += got;
                         if (*report) (*report)(*done, total);
                         return got;
                       }});
  }
}

}  // namespace allot::cli
