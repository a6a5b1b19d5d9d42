# find_package(allot) gives the target allot::core: the engine, for programs of their own.
include("${CMAKE_CURRENT_LIST_DIR}/static_libraries.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/allotTargets.cmake")
