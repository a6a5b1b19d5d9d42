# The libraries of libcore as imported targets, linked statically if Debian provides an archive: a dynamic start takes
# twice the time. Used by the build and, after installation, by programs that link libcore.
include(CMakeFindDependencyMacro)
find_dependency(Threads)

function(allot_static_library target archive header)
  find_library(${target}_ARCHIVE NAMES ${archive} REQUIRED)
  find_path(${target}_INCLUDE NAMES ${header} REQUIRED)
  mark_as_advanced(${target}_ARCHIVE ${target}_INCLUDE)
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${${target}_ARCHIVE}"
                                             INTERFACE_INCLUDE_DIRECTORIES "${${target}_INCLUDE}")
endfunction()

allot_static_library(allot_dep_sqlite libsqlite3.a sqlite3.h)
target_link_libraries(allot_dep_sqlite INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
allot_static_library(allot_dep_sqlitecpp libSQLiteCpp.a SQLiteCpp/SQLiteCpp.h)
target_link_libraries(allot_dep_sqlitecpp INTERFACE allot_dep_sqlite)
allot_static_library(allot_dep_yaml libyaml.a yaml.h)
allot_static_library(allot_dep_yaml_cpp libyaml-cpp.a yaml-cpp/yaml.h)
allot_static_library(allot_dep_unistring libunistring.a unistr.h)
