// RUN: onebit-reduce %s --reduction-tree="traversal-mode=0 test=%S/Inputs/interesting.sh" | FileCheck %s

// What is left of a module is what a script looks for.

// CHECK-NOT: @other
// CHECK-LABEL: func.func @model
// CHECK: decoder.projection "wanted"
// CHECK-NOT: @other
func.func @other(%x: tensor<3x8xf32>) -> tensor<8x4xf32> {
  %w = decoder.weight "unwanted" : tensor<8x4xf32>
  return %w : tensor<8x4xf32>
}
func.func @model(%x: tensor<3x8xf32>) -> tensor<3x4xf32> {
  %w = decoder.weight "w" : tensor<8x4xf32>
  %0 = decoder.projection "wanted" role(other) ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>)
      maps [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>] -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @other2(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  return %x : tensor<8x4xf32>
}
