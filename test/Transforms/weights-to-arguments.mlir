// RUN: onebit-opt %s --onebit-weights-to-arguments | FileCheck %s

// Behind what is there, in the order of first use, one for each name; nothing
// writes into them.
// CHECK-LABEL: func.func @linear(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2xf32>,
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2xf32> {bufferization.writable = false, decoder.value = dense<[5.000000e-01, 1.000000e+00]> : tensor<2xf32>, decoder.weight = "w"},
// CHECK-SAME: %[[B:[a-z0-9]+]]: tensor<2xf32> {bufferization.writable = false, decoder.weight = "b"}) -> tensor<2xf32>
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[X]], %[[W]]
// CHECK-NEXT: %[[S:.*]] = arith.addf %[[P]], %[[B]]
// CHECK-NEXT: arith.mulf %[[S]], %[[W]]
func.func @linear(%x: tensor<2xf32>) -> tensor<2xf32> {
  %w = decoder.weight "w" = dense<[0.5, 1.0]> : tensor<2xf32> : tensor<2xf32>
  %b = decoder.weight "b" : tensor<2xf32>
  %0 = arith.mulf %x, %w : tensor<2xf32>
  %1 = arith.addf %0, %b : tensor<2xf32>
  %again = decoder.weight "w" : tensor<2xf32>
  %2 = arith.mulf %1, %again : tensor<2xf32>
  return %2 : tensor<2xf32>
}

// An argument that has the name already is the weight.
// CHECK-LABEL: func.func @marked(
// CHECK-SAME: %[[W:.*]]: tensor<2xf32> {decoder.weight = "w"})
// CHECK-NEXT: return %[[W]]
func.func @marked(%0: tensor<2xf32> {decoder.weight = "w"}) -> tensor<2xf32> {
  %w = decoder.weight "w" : tensor<2xf32>
  return %w : tensor<2xf32>
}

// Weights of a block are the function's.
// CHECK-LABEL: func.func @block(
// CHECK-SAME: %[[W:.*]]: tensor<2xf32> {{.*}}"w"
// CHECK: decoder.yield %[[W]]
func.func @block() -> tensor<2xf32> {
  %0 = decoder.block layer(0) -> (tensor<2xf32>) {
    %w = decoder.weight "w" : tensor<2xf32>
    decoder.yield %w : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
