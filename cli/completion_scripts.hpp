#pragma once

/// The completion scripts of the shells, from cli/completion.
namespace allot::cli::completion_scripts {

extern const char* const kBash;
extern const char* const kZsh;
extern const char* const kFish;

}  // namespace allot::cli::completion_scripts
