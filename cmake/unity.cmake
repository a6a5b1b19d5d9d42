# With CMAKE_UNITY_BUILD the sources of a folder are compiled together, at most twenty at a time: most of the compile time
# is for headers and templates of the standard library, which are then processed once for twenty files. Names in unnamed
# namespaces must therefore differ within a folder.
function(allot_group_by_folder)
  foreach(source IN LISTS ARGN)
    get_filename_component(folder "${source}" DIRECTORY)
    string(MAKE_C_IDENTIFIER "in_${folder}" folder)
    list(APPEND "${folder}" "${source}")
    list(LENGTH "${folder}" count)
    math(EXPR part "(${count} - 1) / 20")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${folder}_${part}")
  endforeach()
endfunction()
