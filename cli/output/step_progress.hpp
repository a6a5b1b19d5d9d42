#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "cli/output/progress.hpp"

namespace allot::cli {

/// Shows the progress of an operation of several steps: one line, for the current step.
class StepProgress {
 public:
  StepProgress(std::ostream& out, const TerminalCapabilities& capabilities) : out_(out), capabilities_(capabilities) {}

  void report(std::string_view step, std::uint64_t done, std::uint64_t total) {
    if (step != step_) {
      line_ ? line_->begin_step(step) : void(line_.emplace(out_, capabilities_, step));
      step_ = step;
    }
    line_->advance(done, total);
  }

 private:
  std::ostream& out_;
  TerminalCapabilities capabilities_;
  std::string step_;
  std::optional<Progress> line_;
};

}  // namespace allot::cli
