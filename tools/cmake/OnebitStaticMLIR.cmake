# Debian's MLIR targets name the shared libraries. They are replaced by what the
# archives use of LLVM, before anything links; for the project itself and for those
# who find it installed.
set(ONEBIT_LLVM_ARCHIVES
  LLVMSupport LLVMRemarks LLVMBitstreamReader LLVMTargetParser LLVMCore)
get_property(_mlir_libs GLOBAL PROPERTY MLIR_ALL_LIBS)
foreach(_lib ${MLIR_EXPORTED_TARGETS} ${_mlir_libs})
  if(NOT TARGET ${_lib})
    continue()
  endif()
  get_target_property(_links ${_lib} INTERFACE_LINK_LIBRARIES)
  if(NOT _links OR NOT "LLVM" IN_LIST _links)
    continue()
  endif()
  list(REMOVE_ITEM _links LLVM MLIR)
  set_target_properties(${_lib} PROPERTIES INTERFACE_LINK_LIBRARIES
    "${_links};${ONEBIT_LLVM_ARCHIVES}")
endforeach()
