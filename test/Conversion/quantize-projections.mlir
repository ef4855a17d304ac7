// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections | FileCheck %s --check-prefixes=CHECK,TRIT
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections="scheme=b1 activation-bits=4 activation-scheme=paper" | FileCheck %s --check-prefixes=CHECK,BIT
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections --onebit-quantize-projections | FileCheck %s --check-prefixes=CHECK,TRIT
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections=full-precision=none | FileCheck %s --check-prefix=NONE
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections=full-precision=q,lm_head | FileCheck %s --check-prefix=KEEPQ

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>
#bias = affine_map<(b, t, n, k) -> (n)>

// CHECK-DAG: #[[$Y:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[$TOKEN:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$ONE:.+]] = affine_map<(d0, d1, d2) -> ()>
// CHECK-DAG: #[[$BIAS:.+]] = affine_map<(d0, d1, d2) -> (d2)>

// TRIT: decoder.assumptions = [#decoder.assumption<kind = quantization, text = "2 projections were quantized to b1.58; a model that was not trained for it keeps its price, not its accuracy">]
// BIT:  2 projections were quantized to b1;

// The activation is quantized once for both, each weight once.
// CHECK-LABEL: @shared
// CHECK-SAME:    %[[X:.+]]: tensor<1x3x64xf32>, %[[WQ:.+]]: tensor<32x64xf32>, %[[WK:.+]]: tensor<32x64xf32>, %[[B:.+]]: tensor<32xf32>
func.func @shared(%x: tensor<1x3x64xf32>, %wq: tensor<32x64xf32>, %wk: tensor<32x64xf32>, %b: tensor<32xf32>) -> (tensor<1x3x32xf32>, tensor<1x3x32xf32>) {
  // TRIT: %[[A:.+]], %[[AS:.+]] = ternary.quantize_activation per_token %[[X]] over [2] bits 8 : tensor<1x3x64xf32> -> tensor<1x3x64xi8>, tensor<1x3xf32>
  // BIT:  %[[A:.+]], %[[AS:.+]] = ternary.quantize_activation per_token %[[X]] over [2] bits 4 scheme<paper> :
  // TRIT: %[[Q:.+]], %[[QS:.+]] = ternary.quantize_weight b1_58 %[[WQ]] : tensor<32x64xf32> -> tensor<32x64x!ternary.trit>, tensor<f32>
  // BIT:  %[[Q:.+]], %[[QS:.+]] = ternary.quantize_weight b1 %[[WQ]] : tensor<32x64xf32> -> tensor<32x64x!ternary.bit>, tensor<f32>
  // CHECK: %[[ACC:.+]] = ternary.matmul "q_proj" role(q) layer(4) ins(%[[A]], %[[Q]] : {{.*}}) maps [{{.*}}] -> tensor<1x3x32xi32>
  // CHECK: %[[RQ:.+]] = ternary.dequantize %[[ACC]] scales(%[[AS]], %[[QS]] : tensor<1x3xf32>, tensor<f32>) bias(%[[B]] : tensor<32xf32>) maps [#[[$Y]], #[[$TOKEN]], #[[$ONE]], #[[$Y]], #[[$BIAS]]] : tensor<1x3x32xi32> -> tensor<1x3x32xf32>
  // CHECK-NOT: quantize_activation
  // CHECK: ternary.quantize_weight {{.*}} %[[WK]]
  // CHECK: ternary.matmul role(k)
  // CHECK-NOT: bias
  // CHECK-NOT: decoder.projection
  // KEEPQ-LABEL: @shared
  // KEEPQ: decoder.projection "q_proj" role(q)
  // KEEPQ: ternary.matmul role(k)
  %0 = decoder.projection "q_proj" role(q) layer(4) ins(%x, %wq : tensor<1x3x64xf32>, tensor<32x64xf32>) init(%b : tensor<32xf32>) maps [#x, #w, #y, #bias] -> tensor<1x3x32xf32>
  %1 = decoder.projection role(k) ins(%x, %wk : tensor<1x3x64xf32>, tensor<32x64xf32>) maps [#x, #w, #y] -> tensor<1x3x32xf32>
  return %0, %1 : tensor<1x3x32xf32>, tensor<1x3x32xf32>
}

// -----

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>

// What stays in full precision is said, too.
// CHECK: text = "projections of role lm_head stay in full precision"
// CHECK-LABEL: @stays
func.func @stays(%x: tensor<1x3x64xf32>, %w: tensor<32x64xf32>, %i: tensor<1x3x64xi8>, %wi: tensor<32x64xi8>, %s: tensor<1x64x3xf32>)
    -> (tensor<1x3x32xf32>, tensor<1x3x32xi32>) {
  // CHECK: decoder.projection "lm_head" role(lm_head)
  // NONE-LABEL: @stays
  // NONE-NOT: decoder.projection "lm_head"
  // NONE: ternary.matmul "lm_head"
  %0 = decoder.projection "lm_head" role(lm_head) ins(%x, %w : tensor<1x3x64xf32>, tensor<32x64xf32>) maps [#x, #w, #y] -> tensor<1x3x32xf32>
  // A product of integers was quantized by somebody else.
  // CHECK: decoder.projection "int" role(other)
  // NONE: decoder.projection "int" role(other)
  %1 = decoder.projection "int" role(other) ins(%i, %wi : tensor<1x3x64xi8>, tensor<32x64xi8>) maps [#x, #w, #y] -> tensor<1x3x32xi32>
  return %0, %1 : tensor<1x3x32xf32>, tensor<1x3x32xi32>
}

// -----

#lx = affine_map<(n, t, k, j) -> (k, t, j)>
#lw = affine_map<(n, t, k, j) -> (j, n, k)>
#ly = affine_map<(n, t, k, j) -> (n, t)>

// Two dimensions are summed, the weight is turned, the result is transposed.
// CHECK-DAG: #[[$T2:.+]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: @layout
func.func @layout(%x: tensor<4x3x16xf32>, %w: tensor<16x32x4xf32>) -> tensor<32x3xf32> {
  // CHECK: %{{.+}}, %[[S:.+]] = ternary.quantize_activation per_token %{{.*}} over [0, 2] bits {{8|4 scheme<paper>}} : tensor<4x3x16xf32> -> tensor<4x3x16xi8>, tensor<3xf32>
  // CHECK: ternary.dequantize %{{.*}} scales(%[[S]], %{{.*}}) maps [#{{.+}}, #[[$T2]], #{{.+}}, #{{.+}}] : tensor<32x3xi32> -> tensor<32x3xf32>
  %0 = decoder.projection role(up) ins(%x, %w : tensor<4x3x16xf32>, tensor<16x32x4xf32>) maps [#lx, #lw, #ly] -> tensor<32x3xf32>
  return %0 : tensor<32x3xf32>
}

// -----

// An attention product has no weight.
// CHECK-LABEL: @attention
func.func @attention(%q: tensor<4x3x16xf32>, %k: tensor<4x9x16xf32>) -> tensor<4x3x9xf32> {
  // CHECK-NOT: ternary
  // CHECK: decoder.attention_product
  %0 = decoder.attention_product role(scores) ins(%q, %k : tensor<4x3x16xf32>, tensor<4x9x16xf32>)
      maps [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>] -> tensor<4x3x9xf32>
  return %0 : tensor<4x3x9xf32>
}
