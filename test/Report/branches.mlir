// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=model" --report=json | FileCheck %s
// RUN: onebit-opt %s --lower-to-systolic="array=8x8 entry=blocks" --allow-unregistered-dialect --report=json | FileCheck %s --check-prefix=BLOCKS
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=always" --report=json | FileCheck %s --check-prefix=ALWAYS

// Products in branches are counted, each branch, and it is said: two in the branches of
// a condition, one in a function that a branch calls, one beside.

// CHECK: "complete":false
// CHECK-SAME: "total":{"kernels":4,{{[^}]*}}"macs":384,
// CHECK-SAME: "kind":"not_visible","text":"3 kernels in branches that may not run: counted as though every branch did"
func.func @model(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"}, %flag: i1, %number: index) -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = scf.if %flag -> tensor<3x4xf32> {
    %2 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
    scf.yield %2 : tensor<3x4xf32>
  } else {
    %2 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
    scf.yield %2 : tensor<3x4xf32>
  }
  %3 = scf.index_switch %number -> tensor<3x4xf32>
  case 0 {
    %4 = func.call @inner(%x, %w) : (tensor<3x8xf32>, tensor<8x4xf32>) -> tensor<3x4xf32>
    scf.yield %4 : tensor<3x4xf32>
  }
  default {
    scf.yield %z : tensor<3x4xf32>
  }
  return %0, %1, %3 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>
}

func.func private @inner(%x: tensor<3x8xf32>, %w: tensor<8x4xf32>) -> tensor<3x4xf32> {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// The same with blocks: the first and the last always run.

// BLOCKS: "total":{"kernels":3,{{[^}]*}}"macs":288,
// BLOCKS-SAME: "text":"1 kernel in branches that may not run: counted as though every branch did"
func.func @blocks(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"}, %flag: i1) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  cf.cond_br %flag, ^bb1, ^bb2(%z : tensor<3x4xf32>)
^bb1:
  %1 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  cf.br ^bb2(%1 : tensor<3x4xf32>)
^bb2(%any: tensor<3x4xf32>):
  %2 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%any : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0, %2 : tensor<3x4xf32>, tensor<3x4xf32>
}

// A region that always runs is no branch.

// ALWAYS: "complete":true
// ALWAYS-SAME: "total":{"kernels":1,{{[^}]*}}"macs":96,
func.func @always(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"}) -> tensor<3x4xf32> {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = scf.execute_region -> tensor<3x4xf32> {
    %1 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
    scf.yield %1 : tensor<3x4xf32>
  }
  return %0 : tensor<3x4xf32>
}
