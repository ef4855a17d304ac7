// What a checkpoint has packed counts once by its name, with its scale, whoever
// reads it: 12 trits of 2 bits (the array's), one scale of 16.
//
// RUN: onebit-opt %s --lower-to-systolic="array=%S/Inputs/two-bits.json cost-model=onebit" --report=json | FileCheck %s

// CHECK: "footprint":{"weights":{"matmul_free":{"elements":12,"bytes":3},"scales":{"elements":1,"bytes":2}},"all_weights":{"elements":13,"bytes":5},"kv_cache"
func.func @twice(%x: tensor<2x3xi8>, %y: tensor<5x3xi8>) -> (tensor<2x4xi32>, tensor<5x4xi32>) {
  %w, %s = ternary.weight "up.weight" packing(hf) = dense<[89, 6, -92]> : tensor<3xi8>
      scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  %again, %t = ternary.weight "up.weight" packing(hf) = dense<[89, 6, -92]> : tensor<3xi8>
      scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<2x3xi8>, tensor<4x3x!ternary.trit>)
      maps [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] -> tensor<2x4xi32>
  %1 = ternary.matmul role(up) ins(%y, %again : tensor<5x3xi8>, tensor<4x3x!ternary.trit>)
      maps [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] -> tensor<5x4xi32>
  return %0, %1 : tensor<2x4xi32>, tensor<5x4xi32>
}
