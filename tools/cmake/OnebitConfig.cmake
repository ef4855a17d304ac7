# find_package(Onebit): the libraries Onebit..., as targets with their headers. They
# are linked statically, and so is MLIR:
#
#   find_package(Onebit REQUIRED)
#   add_executable(tool tool.cpp)
#   target_link_libraries(tool PRIVATE OnebitFrontend OnebitPipelines OnebitReport)
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(MLIR 22.1 CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
include(${CMAKE_CURRENT_LIST_DIR}/OnebitStaticMLIR.cmake)
if(NOT TARGET OnebitDecoder)
  include(${CMAKE_CURRENT_LIST_DIR}/OnebitTargets.cmake)
endif()
get_property(_targets DIRECTORY PROPERTY IMPORTED_TARGETS)
foreach(_target ${_targets})
  if(_target MATCHES "^Onebit")
    target_include_directories(${_target} SYSTEM INTERFACE
      ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
    target_compile_features(${_target} INTERFACE cxx_std_17)
  endif()
endforeach()
