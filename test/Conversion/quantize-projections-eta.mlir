// RUN: onebit-opt %s --onebit-quantize-projections="scheme=b1 activation-scheme=paper-eta" | FileCheck %s

// What a nonlinear function reads is less the smallest element before it is
// quantized; the same activation for another product is not.

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>

// CHECK-LABEL: @gated(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x3x64xf32>
// CHECK: %[[E:.*]], %[[ES:.*]] = ternary.quantize_activation per_token %[[X]] over [2] bits 8 scheme<paper_eta> :
// CHECK: ternary.matmul role(gate) ins(%[[E]],
// CHECK: %[[P:.*]], %[[PS:.*]] = ternary.quantize_activation per_token %[[X]] over [2] bits 8 scheme<paper> :
// CHECK: ternary.matmul role(up) ins(%[[P]],
func.func @gated(%x: tensor<1x3x64xf32>, %g: tensor<32x64xf32>, %u: tensor<32x64xf32>) -> tensor<1x3x32xf32> {
  %0 = decoder.projection role(gate) ins(%x, %g : tensor<1x3x64xf32>, tensor<32x64xf32>) maps [#x, #w, #y] -> tensor<1x3x32xf32>
  %1 = decoder.projection role(up) ins(%x, %u : tensor<1x3x64xf32>, tensor<32x64xf32>) maps [#x, #w, #y] -> tensor<1x3x32xf32>
  %2 = decoder.gated_activation silu %0, %1 : tensor<1x3x32xf32>
  return %2 : tensor<1x3x32xf32>
}

// CHECK-LABEL: @plain(
// CHECK: ternary.quantize_activation {{.*}} scheme<paper_eta>
// CHECK: ternary.quantize_activation {{.*}} scheme<paper> :
func.func @plain(%x: tensor<1x3x64xf32>, %u: tensor<32x64xf32>, %d: tensor<64x32xf32>) -> tensor<1x3x64xf32> {
  %0 = decoder.projection role(up) ins(%x, %u : tensor<1x3x64xf32>, tensor<32x64xf32>) maps [#x, #w, #y] -> tensor<1x3x32xf32>
  %1 = decoder.activation relu %0 : tensor<1x3x32xf32>
  %2 = decoder.projection role(down) ins(%1, %d : tensor<1x3x32xf32>, tensor<64x32xf32>) maps [#x, #w, #y] -> tensor<1x3x64xf32>
  return %2 : tensor<1x3x64xf32>
}
