# The libraries of the design.
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)  # its headers alone: libcore/base/fmt_instances.cpp compiles its definitions
include(static_libraries)
