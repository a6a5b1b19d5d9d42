# The compiler settings; included once by the root.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

option(ALLOT_WERROR "Treat warnings as errors" OFF)
option(ALLOT_UNIT_TESTS "Build the unit tests" ON)
set(ALLOT_SANITIZE OFF CACHE STRING "Sanitizers to build with, as -fsanitize takes them; ON: address,undefined")
option(ALLOT_FUZZ "Build the fuzzers (tests/fuzz), with clang" OFF)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "The kind of build" FORCE)
endif()

# -O3 costs compile time without a measurable gain. Unused functions are removed, since the size of the program adds to
# the time of a start.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG -ffunction-sections -fdata-sections")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

# All targets of allot link this: warnings, and sanitizers if enabled.
add_library(allot_flags INTERFACE)
target_compile_options(allot_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
                                             -Wold-style-cast -Wcast-qual -Woverloaded-virtual)
# g++ 12 warns about impossible overlaps in operator+ of std::string (GCC bug 105651).
target_compile_options(allot_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(ALLOT_WERROR)
  target_compile_options(allot_flags INTERFACE -Werror)
endif()
if(ALLOT_FUZZ AND NOT ALLOT_SANITIZE)
  set(ALLOT_SANITIZE "fuzzer-no-link,address,undefined")
endif()
if(ALLOT_SANITIZE)
  string(REGEX REPLACE "^ON$" "address,undefined" sanitizers "${ALLOT_SANITIZE}")
  # At a fixed address: otherwise relocating the tables of the sanitizers at every start takes longer than most runs.
  target_compile_options(allot_flags INTERFACE -fsanitize=${sanitizers} -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer -fno-pie)
  target_link_options(allot_flags INTERFACE -fsanitize=${sanitizers} -no-pie)
  target_compile_definitions(allot_flags INTERFACE ALLOT_SANITIZED)
endif()
