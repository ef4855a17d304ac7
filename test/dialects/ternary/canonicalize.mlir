// Folds of the dialect.
//
// RUN: onebit-opt %s --canonicalize | FileCheck %s

#y = affine_map<(t, n) -> (t, n)>
#t = affine_map<(t, n) -> (t)>
#n = affine_map<(t, n) -> (n)>

// CHECK-LABEL: func.func @zero_bias
func.func @zero_bias(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<5xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) {
  %zero = arith.constant dense<0.0> : tensor<5xf32>
  %one = arith.constant dense<1.0> : tensor<5xf32>
  // CHECK: ternary.dequantize %{{.*}} scales(%{{.*}}, %{{.*}} : tensor<3xf32>, tensor<5xf32>) maps [#{{[^,]*}}, #{{[^,]*}}, #{{[^,]*}}, #{{[^,]*}}] {note} :
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5xf32>) bias(%zero : tensor<5xf32>)
      maps [#y, #t, #n, #y, #n] {note} : tensor<3x5xi32> -> tensor<3x5xf32>
  // CHECK: ternary.dequantize
  // CHECK-SAME: bias(
  %1 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5xf32>) bias(%one : tensor<5xf32>)
      maps [#y, #t, #n, #y, #n] : tensor<3x5xi32> -> tensor<3x5xf32>
  return %0, %1 : tensor<3x5xf32>, tensor<3x5xf32>
}

// Nothing here has an effect.
// CHECK-LABEL: func.func @dead
// CHECK-NEXT: return
func.func @dead(%w: tensor<4x8xf32>, %x: tensor<3x8xf32>) {
  %q, %s = ternary.quantize_weight b1_58 %w : tensor<4x8xf32> -> tensor<4x8x!ternary.trit>, tensor<f32>
  %a, %t = ternary.quantize_activation per_token %x over [1] bits 8 : tensor<3x8xf32> -> tensor<3x8xi8>, tensor<3xf32>
  return
}
