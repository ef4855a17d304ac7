// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections=group-size=16 --verify-diagnostics
// RUN: not onebit-opt %s --onebit-quantize-projections=group-size=-1 --split-input-file 2>&1 | FileCheck %s
// CHECK: error: group-size must be positive, or 0 for one scale a weight, got -1

#x = affine_map<(t, n, k) -> (t, k)>
#w = affine_map<(t, n, k) -> (n, k)>
#y = affine_map<(t, n, k) -> (t, n)>
func.func @divides(%x: tensor<3x24xf32>, %w: tensor<4x24xf32>) -> tensor<3x4xf32> {
  // expected-error @+1 {{sums 24 weights, which are no groups of 16: choose a group-size that divides them, or leave its role in full-precision}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x24xf32>, tensor<4x24xf32>) maps [#x, #w, #y] -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

#x = affine_map<(t, n) -> (t)>
#w = affine_map<(t, n) -> (n)>
#y = affine_map<(t, n) -> (t, n)>
func.func @nothing(%x: tensor<3xf32>, %w: tensor<4xf32>) -> tensor<3x4xf32> {
  // expected-error @+1 {{sums nothing, so its weight has no groups: leave its role in full-precision}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3xf32>, tensor<4xf32>) maps [#x, #w, #y] -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
