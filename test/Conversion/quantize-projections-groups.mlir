// A scale for each 16 weights that are summed. Products sum within groups: a loop of
// groups is one of both sides and of the result. Activations have scales of their tokens,
// or of the same groups.
//
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections=group-size=16 | FileCheck %s
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections="group-size=16 activation-groups" | FileCheck %s --check-prefix=ACTIVATION

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

// ACTIVATION-DAG: #[[$ACC:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// ACTIVATION-DAG: #[[$TOKEN:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// ACTIVATION-DAG: #[[$GROUP:.+]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// ACTIVATION-DAG: #[[$OUT:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// ACTIVATION-DAG: #[[$BIAS:.+]] = affine_map<(d0, d1, d2, d3) -> (d2)>
// ACTIVATION: 2 projections were quantized to b1.58, a scale for each 16 weights and activations; a model that

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
  // ACTIVATION: %[[A:.+]], %[[AS:.+]] = ternary.quantize_activation per_token %{{.*}} over [2] bits 8 group <size = 16, dim = 2> : tensor<1x3x64xf32> -> tensor<1x3x64xi8>, tensor<1x3x4xf32>
  // ACTIVATION: %[[Q:.+]], %[[QS:.+]] = ternary.quantize_weight b1_58 %{{.*}} group <size = 16, dim = 1>
  // ACTIVATION: %[[AG:.+]] = tensor.expand_shape %[[A]] {{\[\[}}0], [1], [2, 3]] output_shape [1, 3, 4, 16] : tensor<1x3x64xi8> into tensor<1x3x4x16xi8>
  // ACTIVATION: %[[S:.+]] = ternary.matmul "q_proj" role(q) layer(4) ins(%[[AG]], %{{.*}} : tensor<1x3x4x16xi8>, tensor<32x4x16x!ternary.trit>) maps [{{.*}}] -> tensor<1x3x32x4xi32>
  // ACTIVATION: ternary.dequantize %[[S]] scales(%[[AS]], %[[QS]] : tensor<1x3x4xf32>, tensor<32x4xf32>) bias(%{{.*}} : tensor<32xf32>) maps [#[[$ACC]], #[[$TOKEN]], #[[$GROUP]], #[[$OUT]], #[[$BIAS]]] : tensor<1x3x32x4xi32> -> tensor<1x3x32xf32>
  // ACTIVATION-NOT: quantize_activation
  // ACTIVATION: ternary.dequantize %{{.*}} scales(%[[AS]], %{{.*}}
  // CHECK: ternary.matmul role(k)
  %0 = decoder.projection "q_proj" role(q) layer(4) ins(%x, %wq : tensor<1x3x64xf32>, tensor<32x64xf32>) init(%b : tensor<32xf32>) maps [#x, #w, #y, #bias] -> tensor<1x3x32xf32>
  %1 = decoder.projection role(k) ins(%x, %wk : tensor<1x3x64xf32>, tensor<32x64xf32>) maps [#x, #w, #y] -> tensor<1x3x32xf32>
  return %0, %1 : tensor<1x3x32xf32>, tensor<1x3x32xf32>
}

// -----

// The layouts of operands are any; the groups are where k is.
#x = affine_map<(t, n, k) -> (k, t)>
#w = affine_map<(t, n, k) -> (k, n)>
#y = affine_map<(t, n, k) -> (n, t)>

// ACTIVATION-DAG: #[[$GX:.+]] = affine_map<(d0, d1, d2, d3) -> (d3, d2, d0)>
// ACTIVATION-DAG: #[[$GW:.+]] = affine_map<(d0, d1, d2, d3) -> (d3, d2, d1)>
// ACTIVATION-DAG: #[[$GY:.+]] = affine_map<(d0, d1, d2, d3) -> (d1, d0, d3)>
// ACTIVATION-DAG: #[[$ALL:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// ACTIVATION-DAG: #[[$XS:.+]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// ACTIVATION-DAG: #[[$WS:.+]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// ACTIVATION-DAG: #[[$OUT:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// ACTIVATION-LABEL: @turned
func.func @turned(%x: tensor<32x3xf32>, %w: tensor<32x5xf32>) -> tensor<5x3xf32> {
  // ACTIVATION: %[[A:.+]], %[[AS:.+]] = ternary.quantize_activation per_token %{{.*}} over [0] bits 8 group <size = 16, dim = 0> : tensor<32x3xf32> -> tensor<32x3xi8>, tensor<2x3xf32>
  // ACTIVATION: %[[Q:.+]], %[[QS:.+]] = ternary.quantize_weight b1_58 %{{.*}} group <size = 16, dim = 0>
  // ACTIVATION: ternary.matmul role(q) ins({{.*}} : tensor<2x16x3xi8>, tensor<2x16x5x!ternary.trit>) maps [#[[$GX]], #[[$GW]], #[[$GY]]] -> tensor<5x3x2xi32>
  // ACTIVATION: ternary.dequantize %{{.*}} scales(%[[AS]], %[[QS]] : tensor<2x3xf32>, tensor<2x5xf32>) maps [#[[$ALL]], #[[$XS]], #[[$WS]], #[[$OUT]]]
  %0 = decoder.projection role(q) ins(%x, %w : tensor<32x3xf32>, tensor<32x5xf32>) maps [#x, #w, #y] -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// -----

#x = affine_map<(t, n, k) -> (t, k)>
#w = affine_map<(t, n, k) -> (n, k)>
#y = affine_map<(t, n, k) -> (t, n)>

// Weights that came with groups, or with one scale, keep them. The activation has the
// groups of the first, and of its own for the second; a third product shares those.
// ACTIVATION-DAG: #[[$NONE:.+]] = affine_map<(d0, d1, d2) -> ()>
// ACTIVATION-DAG: #[[$XS:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// ACTIVATION-DAG: #[[$WS:.+]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// ACTIVATION: 1 projections were quantized to b1.58, a scale for each 16 weights and activations;
// ACTIVATION-SAME: 2 projections have weights that were quantized before; their activations have scales of groups, which changes what a model was trained for"
// ACTIVATION-LABEL: @before
// ACTIVATION-SAME: %[[X:.+]]: tensor<3x32xf32>, %[[G:.+]]: tensor<5x32x!ternary.trit>, %[[GS:.+]]: tensor<5x4xf32>, %[[O:.+]]: tensor<5x32x!ternary.trit>, %[[OS:.+]]: tensor<f32>
func.func @before(%x: tensor<3x32xf32>, %g: tensor<5x32x!ternary.trit>, %gs: tensor<5x4xf32>, %o: tensor<5x32x!ternary.trit>, %os: tensor<f32>, %w: tensor<5x32xf32>)
    -> (tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>) {
  // ACTIVATION: %[[A8:.+]], %[[S8:.+]] = ternary.quantize_activation per_token %[[X]] over [1] bits 8 group <size = 8, dim = 1> : tensor<3x32xf32> -> tensor<3x32xi8>, tensor<3x4xf32>
  // ACTIVATION: ternary.matmul role(q) ins({{.*}} : tensor<3x4x8xi8>, tensor<5x4x8x!ternary.trit>)
  // ACTIVATION: ternary.dequantize %{{.*}} scales(%[[S8]], %[[GS]] : tensor<3x4xf32>, tensor<5x4xf32>) maps [#{{.+}}, #[[$XS]], #[[$WS]], #{{.+}}]
  // ACTIVATION: %[[A16:.+]], %[[S16:.+]] = ternary.quantize_activation per_token %[[X]] over [1] bits 8 group <size = 16, dim = 1> : tensor<3x32xf32> -> tensor<3x32xi8>, tensor<3x2xf32>
  // ACTIVATION: ternary.matmul role(k) ins({{.*}} : tensor<3x2x16xi8>, tensor<5x2x16x!ternary.trit>)
  // ACTIVATION: ternary.dequantize %{{.*}} scales(%[[S16]], %[[OS]] : tensor<3x2xf32>, tensor<f32>) maps [#{{.+}}, #[[$XS]], #[[$NONE]], #{{.+}}]
  // ACTIVATION-NOT: quantize_activation
  // ACTIVATION: ternary.dequantize %{{.*}} scales(%[[S16]], %{{.*}} : tensor<3x2xf32>, tensor<5x2xf32>) maps [#{{.+}}, #[[$XS]], #[[$WS]], #{{.+}}]
  %0 = ternary.dequantize_weight %g, %gs group <size = 8, dim = 1> : tensor<5x32x!ternary.trit>, tensor<5x4xf32> -> tensor<5x32xf32>
  %1 = decoder.projection role(q) ins(%x, %0 : tensor<3x32xf32>, tensor<5x32xf32>) maps [#x, #w, #y] -> tensor<3x5xf32>
  %2 = ternary.dequantize_weight %o, %os : tensor<5x32x!ternary.trit>, tensor<f32> -> tensor<5x32xf32>
  %3 = decoder.projection role(k) ins(%x, %2 : tensor<3x32xf32>, tensor<5x32xf32>) maps [#x, #w, #y] -> tensor<3x5xf32>
  %4 = decoder.projection role(v) ins(%x, %w : tensor<3x32xf32>, tensor<5x32xf32>) maps [#x, #w, #y] -> tensor<3x5xf32>
  return %1, %3, %4 : tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>
}
