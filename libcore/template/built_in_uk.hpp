#pragma once

#include <string_view>

namespace allot {

/// The parts of the built-in templates in Ukrainian.
extern const std::string_view kUkrainianSubject;
extern const std::string_view kUkrainianGreeting;
extern const std::string_view kUkrainianLicenses;
extern const std::string_view kUkrainianWarnings;
extern const std::string_view kUkrainianAccesses;
extern const std::string_view kUkrainianSignature;

}  // namespace allot
