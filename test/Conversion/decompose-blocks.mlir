// RUN: onebit-opt %s --onebit-decompose-blocks | FileCheck %s
// RUN: onebit-opt %s --onebit-decompose-blocks -o %t
// RUN: onebit-opt %t --onebit-decompose-blocks | diff %t -

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>

// CHECK-DAG: #[[$Q:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[$K:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
// CHECK-DAG: #[[$S:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$V:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
// CHECK-DAG: #[[$GQ:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d5)>
// CHECK-DAG: #[[$GK:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d4, d5)>
// CHECK-DAG: #[[$GS:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
// CHECK-DAG: #[[$GV:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d5, d4)>

// Blocks are gone; the layer is on what was in them, unless it had one.
// CHECK-LABEL: @layers
// CHECK-SAME:    %[[X:.+]]: tensor<1x1x8xf32>, %[[W:.+]]: tensor<8x8xf32>
func.func @layers(%x: tensor<1x1x8xf32>, %w: tensor<8x8xf32>) -> tensor<1x1x8xf32> {
  // CHECK-NOT: decoder.block
  // CHECK: %[[P0:.+]] = decoder.projection "a" role(up) layer(0) ins(%[[X]], %[[W]]
  // CHECK: %[[P1:.+]] = decoder.projection "b" role(down) layer(7) ins(%[[P0]], %[[W]]
  // CHECK: %[[P2:.+]] = decoder.projection "c" role(up) layer(1) ins(%[[P1]], %[[W]]
  // CHECK: return %[[P2]]
  %0 = decoder.block layer(0) -> (tensor<1x1x8xf32>) {
    %a = decoder.projection "a" role(up) ins(%x, %w : tensor<1x1x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<1x1x8xf32>
    %b = decoder.projection "b" role(down) layer(7) ins(%a, %w : tensor<1x1x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<1x1x8xf32>
    decoder.yield %b : tensor<1x1x8xf32>
  }
  %1 = decoder.block layer(1) -> (tensor<1x1x8xf32>) {
    %c = decoder.projection "c" role(up) ins(%0, %w : tensor<1x1x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<1x1x8xf32>
    decoder.yield %c : tensor<1x1x8xf32>
  }
  return %1 : tensor<1x1x8xf32>
}

// A block inside a block: the inner layer is the one that counts.
// CHECK-LABEL: @nested
func.func @nested(%x: tensor<1x1x8xf32>, %w: tensor<8x8xf32>) -> tensor<1x1x8xf32> {
  // CHECK: decoder.projection role(up) layer(5)
  %0 = decoder.block layer(0) -> (tensor<1x1x8xf32>) {
    %1 = decoder.block layer(5) -> (tensor<1x1x8xf32>) {
      %a = decoder.projection role(up) ins(%x, %w : tensor<1x1x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<1x1x8xf32>
      decoder.yield %a : tensor<1x1x8xf32>
    }
    decoder.yield %1 : tensor<1x1x8xf32>
  }
  return %0 : tensor<1x1x8xf32>
}

// CHECK-LABEL: @heads
// CHECK-SAME:    %[[Q:.+]]: tensor<1x4x1x16xf32>, %[[KEY:.+]]: tensor<1x4x9x16xf32>, %[[P:.+]]: index
func.func @heads(%q: tensor<1x4x1x16xf32>, %k: tensor<1x4x9x16xf32>, %p: index) -> tensor<1x4x1x16xf32> {
  // CHECK: %[[S:.+]] = decoder.attention_product "attn.scores" role(scores) layer(2)
  // CHECK-SAME: ins(%[[Q]], %[[KEY]] : tensor<1x4x1x16xf32>, tensor<1x4x9x16xf32>) maps [#[[$Q]], #[[$K]], #[[$S]]] -> tensor<1x4x1x9xf32>
  // CHECK: %[[PR:.+]] = decoder.softmax %[[S]] at %[[P]] {causal, scale = 2.500000e-01 : f64, softcap = 5.000000e+01 : f64, window = 4 : i64} : tensor<1x4x1x9xf32>
  // CHECK: %[[O:.+]] = decoder.attention_product "attn.values" role(values) layer(2)
  // CHECK-SAME: ins(%[[PR]], %[[KEY]] : tensor<1x4x1x9xf32>, tensor<1x4x9x16xf32>) maps [#[[$Q]], #[[$V]], #[[$S]]] -> tensor<1x4x1x16xf32>
  // CHECK: return %[[O]]
  %0 = decoder.attention "attn" layer(2) %q, %k, %k at %p {causal, scale = 0.25, softcap = 50.0, window = 4} : tensor<1x4x1x16xf32>, tensor<1x4x9x16xf32>
  return %0 : tensor<1x4x1x16xf32>
}

// Query heads that share key-value heads: nothing is repeated.
// CHECK-LABEL: @grouped_queries
// CHECK-SAME:    %[[Q:.+]]: tensor<2x4x3x16xf32>, %[[KEY:.+]]: tensor<2x2x9x16xf32>
func.func @grouped_queries(%q: tensor<2x4x3x16xf32>, %k: tensor<2x2x9x16xf32>) -> tensor<2x4x3x16xf32> {
  // CHECK: %[[G:.+]] = tensor.expand_shape %[[Q]] {{\[\[}}0], [1, 2], [3], [4]{{\]\]?}} output_shape [2, 2, 2, 3, 16]
  // CHECK: %[[S:.+]] = decoder.attention_product role(scores) query_groups([2]) ins(%[[G]], %[[KEY]] : tensor<2x2x2x3x16xf32>, tensor<2x2x9x16xf32>) maps [#[[$GQ]], #[[$GK]], #[[$GS]]] -> tensor<2x2x2x3x9xf32>
  // CHECK: %[[SC:.+]] = tensor.collapse_shape %[[S]] {{.*}} into tensor<2x4x3x9xf32>
  // CHECK: %[[PR:.+]] = decoder.softmax %[[SC]] {causal} : tensor<2x4x3x9xf32>
  // CHECK: %[[PG:.+]] = tensor.expand_shape %[[PR]]
  // CHECK: %[[O:.+]] = decoder.attention_product role(values) query_groups([2]) ins(%[[PG]], %[[KEY]] {{.*}} maps [#[[$GQ]], #[[$GV]], #[[$GS]]] -> tensor<2x2x2x3x16xf32>
  // CHECK: %[[R:.+]] = tensor.collapse_shape %[[O]] {{.*}} into tensor<2x4x3x16xf32>
  // CHECK: return %[[R]]
  %0 = decoder.attention %q, %k, %k {causal} : tensor<2x4x3x16xf32>, tensor<2x2x9x16xf32>
  return %0 : tensor<2x4x3x16xf32>
}
