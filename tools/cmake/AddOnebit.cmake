# The words that the project's CMake files are written in, and the only place
# that knows how LLVM and MLIR are linked: statically, for the start-up time.
# Debian's MLIR targets name the shared libraries; two copies of MLIR in one
# process break in ways that no linker reports, so the names are replaced here,
# before anything links.

include(TableGen)
include(AddLLVM)
include(AddMLIR)

set(LLVM_LINK_LLVM_DYLIB OFF)
set(MLIR_LINK_MLIR_DYLIB OFF)

# gcc looks for `ld.lld` without a version suffix.
if(EXISTS ${LLVM_TOOLS_BINARY_DIR}/ld.lld)
  add_link_options(-fuse-ld=lld -B${LLVM_TOOLS_BINARY_DIR})
endif()
add_link_options(-Wl,--as-needed)

if(ONEBIT_SANITIZE)
  # vptr needs type information that the LLVM archives do not share.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr
                      -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=vptr)
endif()

include(HandleLLVMOptions)
separate_arguments(_llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_definitions(${_llvm_definitions})
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})

set(LLVM_RUNTIME_OUTPUT_INTDIR ${PROJECT_BINARY_DIR}/bin)
set(LLVM_LIBRARY_OUTPUT_INTDIR ${PROJECT_BINARY_DIR}/lib)
set(MLIR_BINARY_DIR ${PROJECT_BINARY_DIR})

include(OnebitStaticMLIR)

# Everything that tablegen makes: headers before any source, and pages.
add_custom_target(onebit-headers)
add_custom_target(onebit-doc ALL)

# A page of build/docs from a .td file, without the markup of MLIR's own site.
function(_onebit_add_doc page td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  mlir_tablegen(${page}.md ${ARGN})
  set(output ${PROJECT_BINARY_DIR}/docs/generated/${page}.md)
  add_custom_command(OUTPUT ${output}
    COMMAND sed "/^\\[TOC]$/,+1d" ${CMAKE_CURRENT_BINARY_DIR}/${page}.md > ${output}
    DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${page}.md
    VERBATIM)
  add_custom_target(onebit-doc-${page} DEPENDS ${output})
  add_dependencies(onebit-doc onebit-doc-${page})
endfunction()

# onebit_add_dialect(Name [LINK_LIBS ours...] [MLIR_LIBS upstream...])
#
# A room: the folder of the dialect `name` (lower case). Runs tablegen on those
# of NameDialect.td, NameEnums.td, NameAttributes.td, NameTypes.td,
# NameAttrInterfaces.td, NameInterfaces.td and NameOps.td that are there, each
# into an .inc pair of its own name, and makes the library OnebitName of the
# folder's sources.
#
# tablegen's enum and op generators take whatever they see: NameEnums.td and
# NameOps.td must not include another room's file of that kind, but for enums
# whose definitions sit behind a Dialect or Attributes file of their own room.
function(onebit_add_dialect name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS;MLIR_LIBS" ${ARGN})
  string(TOLOWER ${name} dialect)

  set(kinds
    "Dialect:dialect:-dialect=${dialect}"
    "Enums:enum:"
    "AttrInterfaces:attr-interface:"
    "Attributes:attrdef:-attrdefs-dialect=${dialect}"
    "Types:typedef:-typedefs-dialect=${dialect}"
    "Interfaces:op-interface:"
    "Ops:op:")
  set(TABLEGEN_OUTPUT)
  foreach(entry ${kinds})
    string(REPLACE ":" ";" entry "${entry}")
    list(GET entry 0 kind)
    list(GET entry 1 generator)
    list(GET entry 2 filter)
    set(LLVM_TARGET_DEFINITIONS ${name}${kind}.td)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${LLVM_TARGET_DEFINITIONS})
      mlir_tablegen(${name}${kind}.h.inc -gen-${generator}-decls ${filter})
      mlir_tablegen(${name}${kind}.cpp.inc -gen-${generator}-defs ${filter})
    endif()
  endforeach()
  add_public_tablegen_target(Onebit${name}IncGen)
  add_dependencies(onebit-headers Onebit${name}IncGen)
  # The page takes whatever the ops' file includes.
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${name}Ops.td)
    _onebit_add_doc(${dialect} ${name}Ops.td -gen-dialect-doc -dialect=${dialect})
  endif()

  onebit_add_library(Onebit${name} LINK_LIBS ${ARG_LINK_LIBS}
                     MLIR_LIBS MLIRIR MLIRSupport ${ARG_MLIR_LIBS})
endfunction()

# onebit_add_passes(Folder)
#
# Declarations of include/onebit/Folder/Passes.td: Passes.h.inc beside it in the
# build folder, with registerOnebitFolderPasses().
function(onebit_add_passes folder)
  string(TOLOWER ${folder} page)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name Onebit${folder})
  add_public_tablegen_target(Onebit${folder}PassIncGen)
  add_dependencies(onebit-headers Onebit${folder}PassIncGen)
  _onebit_add_doc(${page}-passes Passes.td -gen-pass-doc)
endfunction()

# onebit_add_library(OnebitName [sources...] [LINK_LIBS ours...] [MLIR_LIBS upstream...])
#
# Without sources: every .cpp below this folder. A folder that has none yet is a
# library that can be linked and holds nothing.
function(onebit_add_library name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS;MLIR_LIBS" ${ARGN})
  set(sources ${ARG_UNPARSED_ARGUMENTS})
  if(NOT sources)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  endif()
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_LINK_LIBS} ${ARG_MLIR_LIBS})
    return()
  endif()
  add_mlir_library(${name} ${sources}
    EXCLUDE_FROM_LIBMLIR DISABLE_INSTALL
    DEPENDS onebit-headers
    LINK_LIBS PUBLIC ${ARG_LINK_LIBS} ${ARG_MLIR_LIBS})
  set_property(GLOBAL APPEND PROPERTY ONEBIT_LIBRARIES ${name})
endfunction()

# onebit_add_plugin(Name sources... [LINK_LIBS ours...])
#
# build/lib/Name.so for the stock mlir-opt. The archives go in by their files, not
# by their targets: MLIR itself is the host's.
function(onebit_add_plugin name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_library(${name} MODULE ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  target_compile_definitions(${name} PRIVATE ONEBIT_VERSION="${PROJECT_VERSION}")
  get_property(libraries GLOBAL PROPERTY ONEBIT_LIBRARIES)
  foreach(library ${libraries})
    list(APPEND archives $<TARGET_FILE:${library}>)
  endforeach()
  target_link_options(${name} PRIVATE
    -Wl,--start-group ${archives} -Wl,--end-group -Wl,--gc-sections -Wl,-z,lazy)
  add_dependencies(${name} onebit-headers ${ARG_LINK_LIBS})
  set_target_properties(${name} PROPERTIES
    PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${LLVM_LIBRARY_OUTPUT_INTDIR})
  install(TARGETS ${name} DESTINATION lib COMPONENT onebit-dev)
endfunction()

# onebit_install()
#
# What `find_package(Onebit)` needs elsewhere, as the component onebit-dev: headers
# with the paths that they are included by, below include/onebit, the archives, and
# a package that finds MLIR and links it as it is linked here.
function(onebit_install)
  get_property(libraries GLOBAL PROPERTY ONEBIT_LIBRARIES)
  foreach(library ${libraries})
    target_include_directories(${library} INTERFACE
      $<INSTALL_INTERFACE:include/onebit>)
  endforeach()
  install(TARGETS ${libraries} EXPORT OnebitTargets COMPONENT onebit-dev
          ARCHIVE DESTINATION lib)
  set(package lib/cmake/Onebit)
  install(EXPORT OnebitTargets DESTINATION ${package} COMPONENT onebit-dev)
  foreach(root ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
    install(DIRECTORY ${root}/dialects DESTINATION include/onebit
            COMPONENT onebit-dev
            FILES_MATCHING PATTERN *.h PATTERN *.td PATTERN *.h.inc
            PATTERN CMakeFiles EXCLUDE)
    install(DIRECTORY ${root}/include/onebit DESTINATION include/onebit
            COMPONENT onebit-dev
            FILES_MATCHING PATTERN *.h PATTERN *.td PATTERN *.h.inc
            PATTERN CMakeFiles EXCLUDE)
  endforeach()
  include(CMakePackageConfigHelpers)
  write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/OnebitConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_SOURCE_DIR}/tools/cmake/OnebitConfig.cmake
                ${PROJECT_SOURCE_DIR}/tools/cmake/OnebitStaticMLIR.cmake
                ${PROJECT_BINARY_DIR}/OnebitConfigVersion.cmake
          DESTINATION ${package} COMPONENT onebit-dev)
endfunction()

# onebit_add_tool(name [LINK_LIBS ours...] [MLIR_LIBS upstream...])
#
# build/bin/name from name.cpp.
function(onebit_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS;MLIR_LIBS" ${ARGN})
  add_llvm_executable(${name} ${name}.cpp
    NO_INSTALL_RPATH
    PARTIAL_SOURCES_INTENDED DISABLE_LLVM_LINK_LLVM_DYLIB
    DEPENDS onebit-headers)
  llvm_update_compile_flags(${name})
  target_compile_definitions(${name} PRIVATE ONEBIT_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} ${ARG_MLIR_LIBS})
  set_property(GLOBAL APPEND PROPERTY ONEBIT_BINARIES ${name})
endfunction()

# onebit_add_python_module(name sources... [LINK_LIBS ours...] [MLIR_LIBS upstream...])
#
# build/python/onebit/name.so beside the Python sources. All of MLIR is inside
# and none of it is seen from outside, so that other packages may have their own.
function(onebit_add_python_module name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS;MLIR_LIBS" ${ARGN})
  nanobind_add_module(${name} NB_STATIC NB_DOMAIN onebit ${ARG_UNPARSED_ARGUMENTS})
  # nanobind wants its own exceptions and types, LLVM's flags turn both off.
  target_compile_options(${name} PRIVATE -fexceptions -frtti)
  # Our warnings are for our code.
  get_target_property(libraries ${name} LINK_LIBRARIES)
  list(FILTER libraries INCLUDE REGEX "^nanobind")
  foreach(library ${libraries})
    target_compile_options(${library} PRIVATE -w)
    get_target_property(includes ${library} INTERFACE_INCLUDE_DIRECTORIES)
    target_include_directories(${name} SYSTEM PRIVATE ${includes})
  endforeach()
  target_compile_definitions(${name} PRIVATE ONEBIT_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} ${ARG_MLIR_LIBS})
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,--gc-sections)
  add_dependencies(${name} onebit-headers)
  set(package ${PROJECT_BINARY_DIR}/python/onebit)
  file(MAKE_DIRECTORY ${package})
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${package})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/python/onebit/*.py)
  foreach(source ${sources})
    get_filename_component(file ${source} NAME)
    file(CREATE_LINK ${source} ${package}/${file} SYMBOLIC)
  endforeach()
  set_property(GLOBAL APPEND PROPERTY ONEBIT_BINARIES ${name})
  install(TARGETS ${name} DESTINATION onebit COMPONENT onebit-python)
  install(TARGETS onebit-opt onebit-translate
          DESTINATION onebit/bin COMPONENT onebit-python)
endfunction()

# onebit_add_unittest(Name [LINK_LIBS ours...] [MLIR_LIBS upstream...])
#
# One GoogleTest binary of every .cpp below this folder: statically linked
# binaries are big, so one per folder. Its ctest entry is unit-Name.
function(onebit_add_unittest name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS;MLIR_LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  if(NOT sources)
    return()
  endif()
  find_package(GTest REQUIRED)
  set(target Onebit${name}Tests)
  add_executable(${target} ${sources})
  llvm_update_compile_flags(${target})
  target_link_libraries(${target} PRIVATE
    ${ARG_LINK_LIBS} ${ARG_MLIR_LIBS} LLVMSupport GTest::gtest GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE
    ONEBIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/unit)
  add_dependencies(${target} onebit-headers)
  set_property(GLOBAL APPEND PROPERTY ONEBIT_BINARIES ${target})
  add_test(NAME unit-${name} COMMAND ${target})
  set_tests_properties(unit-${name} PROPERTIES
    ENVIRONMENT "ASAN_OPTIONS=allow_user_poisoning=false")
endfunction()
