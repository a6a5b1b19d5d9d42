# find_package(allot) defines the target allot::core: the library, for use in other programs.
include("${CMAKE_CURRENT_LIST_DIR}/static_libraries.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/allotTargets.cmake")
