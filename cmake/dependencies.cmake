# The libraries that allot uses.
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)  # headers only: libcore/base/fmt_instances.cpp compiles the definitions
find_package(CURL REQUIRED)
find_package(PostgreSQL REQUIRED)  # libpq
find_package(PkgConfig REQUIRED)
pkg_check_modules(GMIME REQUIRED IMPORTED_TARGET gmime-3.0)
include(static_libraries)
