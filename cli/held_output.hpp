#pragma once

#include <cstdio>
#include <ostream>
#include <streambuf>
#include <string>

namespace allot::cli {

/// Holds back what is printed on a stream for as long as it lives, in memory or, where it is much, in a file without a
/// name, and then prints it. So nothing that is locked meanwhile waits for a reader.
class HeldOutput : private std::streambuf {
 public:
  explicit HeldOutput(std::ostream& out);
  ~HeldOutput() override;
  HeldOutput(const HeldOutput&) = delete;
  HeldOutput& operator=(const HeldOutput&) = delete;

 private:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  void print();

  std::ostream& out_;
  std::streambuf* printed_on_;
  std::string text_;
  std::FILE* file_ = nullptr;  // what came before the text
};

}  // namespace allot::cli
