# The libraries of the design.
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)  # its headers alone: libcore/base/fmt_instances.cpp compiles its definitions
find_package(CURL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(GMIME REQUIRED IMPORTED_TARGET gmime-3.0)
include(static_libraries)
