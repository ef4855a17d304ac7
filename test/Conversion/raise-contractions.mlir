// RUN: onebit-opt %s --onebit-raise-contractions --split-input-file | FileCheck %s
// RUN: onebit-opt %s --onebit-raise-contractions --split-input-file -o %t.once
// RUN: onebit-opt %t.once --onebit-raise-contractions --split-input-file | diff %t.once -

// The weight stands right of the activation, its name gives role and layer.

// CHECK: #[[$A:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK: #[[$B:.+]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK: #[[$C:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @matmul
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<3x8xf32>
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<8x4xf32>
func.func @matmul(%x: tensor<3x8xf32> {decoder.activation},
                  %w: tensor<8x4xf32> {decoder.weight = "model.layers.7.mlp.up_proj.weight"})
    -> tensor<3x4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<3x4xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%empty : tensor<3x4xf32>) -> tensor<3x4xf32>
  // CHECK-NOT: linalg
  // CHECK: decoder.projection "model.layers.7.mlp.up_proj" role(up) layer(7)
  // CHECK-SAME: ins(%[[X]], %[[W]] : tensor<3x8xf32>, tensor<8x4xf32>)
  // CHECK-SAME: maps [#[[$A]], #[[$B]], #[[$C]]] -> tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>)
      outs(%fill : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
