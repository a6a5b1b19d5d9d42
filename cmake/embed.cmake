# Run as a script: writes SQL files into one C++ source as raw strings.
# cmake -DOUTPUT=... -DINPUTS=name=path;name=path -P embed.cmake
set(text "#include \"libcore/storage/sqlite/schema.hpp\"\n\nnamespace allot::schema {\n")
foreach(input IN LISTS INPUTS)
  string(REGEX MATCH "^([^=]+)=(.*)$" unused "${input}")
  file(READ "${CMAKE_MATCH_2}" content)
  string(APPEND text "\nconst char* const ${CMAKE_MATCH_1} = R\"sql(${content})sql\";\n")
endforeach()
string(APPEND text "\n}  // namespace allot::schema\n")
file(WRITE "${OUTPUT}" "${text}")
