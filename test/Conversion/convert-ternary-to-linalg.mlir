// RUN: onebit-opt %s --onebit-convert-ternary-to-linalg | FileCheck %s
// RUN: onebit-opt %s --onebit-convert-ternary-to-linalg | FileCheck %s --check-prefix=NONE

// Nothing of the dialect stays, and integers are never multiplied.
// NONE-NOT: ternary.
// NONE-NOT: arith.muli

#x = affine_map<(t, n, k) -> (t, k)>
#w = affine_map<(t, n, k) -> (n, k)>
#y = affine_map<(t, n, k) -> (t, n)>

// An activation is added, subtracted or left out.
// CHECK-LABEL: func.func @matmul(
// CHECK-SAME: %[[X:.*]]: tensor<3x8xi8>, %[[W:.*]]: tensor<32x8xi8>) -> tensor<3x32xi32>
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[W]] : tensor<3x8xi8>, tensor<32x8xi8>)
// CHECK: ^bb0(%[[A:.*]]: i8, %[[TRIT:.*]]: i8, %[[SUM:.*]]: i32):
// CHECK: %[[WIDE:.*]] = arith.extsi %[[A]] : i8 to i32
// CHECK: %[[POSITIVE:.*]] = arith.cmpi sgt, %[[TRIT]]
// CHECK: %[[NEGATIVE:.*]] = arith.cmpi slt, %[[TRIT]]
// CHECK: %[[LESS:.*]] = arith.subi %[[SUM]], %[[WIDE]]
// CHECK: %[[OR:.*]] = arith.select %[[NEGATIVE]], %[[LESS]], %[[SUM]]
// CHECK: %[[MORE:.*]] = arith.addi %[[SUM]], %[[WIDE]]
// CHECK: arith.select %[[POSITIVE]], %[[MORE]], %[[OR]]
func.func @matmul(%x: tensor<3x8xi8>, %w: tensor<32x8x!ternary.trit>) -> tensor<3x32xi32> {
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x8xi8>, tensor<32x8x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x32xi32>
  return %0 : tensor<3x32xi32>
}

// A packed weight is a constant of its elements: codes 0, 1 and 2 less one.
// CHECK-LABEL: func.func @packed(
// CHECK: arith.constant dense<{{\[}}[0, 1, 0], [1, 0, 0], [0, -1, 1], [0, -1, 1]]> : tensor<4x3xi8>
// CHECK: arith.constant dense<2.500000e-01> : tensor<f32>
func.func @packed() -> (tensor<4x3x!ternary.trit>, tensor<f32>) {
  %w, %s = ternary.weight "w" packing(hf) = dense<[89, 6, -91]> : tensor<3xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<4x3x!ternary.trit>, tensor<f32>
  return %w, %s : tensor<4x3x!ternary.trit>, tensor<f32>
}

// Other ops carry the elements as they are.
// CHECK-LABEL: func.func @through(%{{.*}}: tensor<4x8xi8>) -> tensor<4x2x4xi8>
// CHECK: tensor.expand_shape %{{.*}} : tensor<4x8xi8> into tensor<4x2x4xi8>
func.func @through(%w: tensor<4x8x!ternary.bit>) -> tensor<4x2x4x!ternary.bit> {
  %0 = tensor.expand_shape %w [[0], [1, 2]] output_shape [4, 2, 4] : tensor<4x8x!ternary.bit> into tensor<4x2x4x!ternary.bit>
  return %0 : tensor<4x2x4x!ternary.bit>
}
