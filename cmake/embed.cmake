# Run as a script: writes text files into one C++ source as raw strings.
# cmake -DOUTPUT=... -DHEADER=... -DNAMESPACE=... -DINPUTS=name=path;name=path -P embed.cmake
#
# In an input, `@content:FILE@` becomes the content of FILE, which lies beside the input, and `@sha256:FILE@` its SHA-256
# in base64, as a Content-Security-Policy has it.
cmake_policy(VERSION 3.25)

function(encode_base64 hex result)
  set(digits "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  string(APPEND hex "00")  # 64 digits are 42 letters and a rest of 4 bits
  set(encoded "")
  foreach(at RANGE 0 63 3)
    string(SUBSTRING "${hex}" ${at} 3 part)
    math(EXPR high "0x${part} >> 6")
    math(EXPR low "0x${part} & 63")
    string(SUBSTRING "${digits}" ${high} 1 first)
    string(SUBSTRING "${digits}" ${low} 1 second)
    string(APPEND encoded "${first}${second}")
  endforeach()
  string(SUBSTRING "${encoded}" 0 43 encoded)
  set(${result} "${encoded}=" PARENT_SCOPE)
endfunction()

function(read_input path result)
  get_filename_component(folder "${path}" DIRECTORY)
  file(READ "${path}" content)
  string(REGEX MATCHALL "@(content|sha256):[a-z_.]+@" marks "${content}")
  foreach(mark IN LISTS marks)
    string(REGEX MATCH "^@([a-z0-9]+):(.*)@$" unused "${mark}")
    if(CMAKE_MATCH_1 STREQUAL "content")
      file(READ "${folder}/${CMAKE_MATCH_2}" value)
    else()
      file(SHA256 "${folder}/${CMAKE_MATCH_2}" hex)
      encode_base64("${hex}" value)
    endif()
    string(REPLACE "${mark}" "${value}" content "${content}")
  endforeach()
  set(${result} "${content}" PARENT_SCOPE)
endfunction()

set(text "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n")
foreach(input IN LISTS INPUTS)
  string(REGEX MATCH "^([^=]+)=(.*)$" unused "${input}")
  set(name "${CMAKE_MATCH_1}")
  read_input("${CMAKE_MATCH_2}" content)
  string(APPEND text "\nconst char* const ${name} = R\"text(${content})text\";\n")
endforeach()
string(APPEND text "\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUTPUT}" "${text}")
