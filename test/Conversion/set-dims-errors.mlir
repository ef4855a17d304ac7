// RUN: split-file %s %t
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=x" 2>&1 | FileCheck %s --check-prefix=FORM -DITEM=x
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=x=0" 2>&1 | FileCheck %s --check-prefix=FORM -DITEM=x=0
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims==4" 2>&1 | FileCheck %s --check-prefix=FORM -DITEM==4
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=x:y=4" 2>&1 | FileCheck %s --check-prefix=FORM -DITEM=x:y=4
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=[=4" 2>&1 | FileCheck %s --check-prefix=FORM "-DITEM=[=4"
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=0=4" 2>&1 | FileCheck %s --check-prefix=NONE -DITEM=0=4
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=1:1=4" 2>&1 | FileCheck %s --check-prefix=NONE -DITEM=1:1=4
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=9=4" 2>&1 | FileCheck %s --check-prefix=NONE -DITEM=9=4
// RUN: not onebit-opt %t/f.mlir --onebit-set-dims="dims=4 entry=g" 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not onebit-opt %t/cast.mlir --onebit-set-dims="dims=4" 2>&1 | FileCheck %s --check-prefix=CAST

// FORM: error: 'dim' takes SIZE, ARGUMENT=SIZE or ARGUMENT:DIMENSION=SIZE, where ARGUMENT is a number from 0 or a pattern of names, not '[[ITEM]]'
// NONE: error: 'dim' has '[[ITEM]]', but no argument that this names has such a dimension of open size
// ENTRY: error: 'entry' names 'g', but the module has no function of that name with a body
// CAST: cast.mlir:2:8: error: 'tensor.cast' op takes a size for 1 that 'dim' makes 4; export the model with static shapes

//--- f.mlir
func.func @f(%x: tensor<3xf32>, %y: tensor<?x2xf32>, %m: memref<?xf32>) -> tensor<?x2xf32> {
  return %y : tensor<?x2xf32>
}

//--- cast.mlir
func.func @f(%x: tensor<?x8xf32>) -> tensor<1x8xf32> {
  %0 = tensor.cast %x : tensor<?x8xf32> to tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}
