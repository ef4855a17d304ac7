// A scale for each 16 weights that are summed. Products sum within groups: a loop of
// groups is one of both sides and of the result.
//
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections=group-size=16 | FileCheck %s

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>
#bias = affine_map<(b, t, n, k) -> (n)>

// CHECK-DAG: #[[$X:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
// CHECK-DAG: #[[$W:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d4, d3)>
// CHECK-DAG: #[[$Y:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[$ACC:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$TOKEN:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
// CHECK-DAG: #[[$GROUP:.+]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[$OUT:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[$BIAS:.+]] = affine_map<(d0, d1, d2, d3) -> (d2)>

// CHECK: 2 projections were quantized to b1.58, a scale for each 16 weights; a model that

// The groups of a shared activation are made once.
// CHECK-LABEL: @shared
// CHECK-SAME:    %[[A0:.+]]: tensor<1x3x64xf32>, %[[WQ:.+]]: tensor<32x64xf32>, %[[WK:.+]]: tensor<32x64xf32>, %[[B:.+]]: tensor<32xf32>
func.func @shared(%x: tensor<1x3x64xf32>, %wq: tensor<32x64xf32>, %wk: tensor<32x64xf32>, %b: tensor<32xf32>) -> (tensor<1x3x32xf32>, tensor<1x3x32xf32>) {
  // CHECK: %[[A:.+]], %[[AS:.+]] = ternary.quantize_activation per_token %[[A0]] over [2] bits 8
  // CHECK: %[[Q:.+]], %[[QS:.+]] = ternary.quantize_weight b1_58 %[[WQ]] group <size = 16, dim = 1> : tensor<32x64xf32> -> tensor<32x64x!ternary.trit>, tensor<32x4xf32>
  // CHECK: %[[AG:.+]] = tensor.expand_shape %[[A]] {{\[\[}}0], [1], [2, 3]] output_shape [1, 3, 4, 16] : tensor<1x3x64xi8> into tensor<1x3x4x16xi8>
  // CHECK: %[[QG:.+]] = tensor.expand_shape %[[Q]] {{\[\[}}0], [1, 2]] output_shape [32, 4, 16] : tensor<32x64x!ternary.trit> into tensor<32x4x16x!ternary.trit>
  // CHECK: %[[S:.+]] = ternary.matmul "q_proj" role(q) layer(4) ins(%[[AG]], %[[QG]] : {{.*}}) maps [#[[$X]], #[[$W]], #[[$Y]]] -> tensor<1x3x32x4xi32>
  // CHECK: ternary.dequantize %[[S]] scales(%[[AS]], %[[QS]] : tensor<1x3xf32>, tensor<32x4xf32>) bias(%[[B]] : tensor<32xf32>) maps [#[[$ACC]], #[[$TOKEN]], #[[$GROUP]], #[[$OUT]], #[[$BIAS]]] : tensor<1x3x32x4xi32> -> tensor<1x3x32xf32>
  // CHECK-NOT: quantize_activation
  // CHECK: ternary.quantize_weight {{.*}} %[[WK]]
  // CHECK: ternary.matmul role(k)
  %0 = decoder.projection "q_proj" role(q) layer(4) ins(%x, %wq : tensor<1x3x64xf32>, tensor<32x64xf32>) init(%b : tensor<32xf32>) maps [#x, #w, #y, #bias] -> tensor<1x3x32xf32>
  %1 = decoder.projection role(k) ins(%x, %wk : tensor<1x3x64xf32>, tensor<32x64xf32>) maps [#x, #w, #y] -> tensor<1x3x32xf32>
  return %0, %1 : tensor<1x3x32xf32>, tensor<1x3x32xf32>
}
