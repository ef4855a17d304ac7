// RUN: onebit-opt %s --split-input-file --onebit-outline-blocks | FileCheck %s

// Two layers that are the same share a function; weights are what differs. The
// third one is another.
// CHECK-LABEL: func.func @model(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x4xf32>, %[[P:.*]]: index)
// CHECK: %[[W0:.*]] = decoder.weight "layers.0.w" : tensor<4x4xf32>
// CHECK: %[[Y0:.*]] = call @model_block(%[[X]], %[[W0]]) : (tensor<1x2x4xf32>, tensor<4x4xf32>) -> tensor<1x2x4xf32>
// CHECK: %[[W1:.*]] = decoder.weight "layers.1.w" : tensor<4x4xf32>
// CHECK: %[[Y1:.*]] = call @model_block(%[[Y0]], %[[W1]])
// CHECK: %[[W2:.*]] = decoder.weight "layers.2.w" : tensor<4x4xf32>
// CHECK: %[[Y2:.*]] = call @model_block_0(%[[Y1]], %[[W2]])
// CHECK: return %[[Y2]]

// Constants come along, names and layers go.
// CHECK-LABEL: func.func private @model_block(
// CHECK-SAME: %[[A:.*]]: tensor<1x2x4xf32>, %[[W:.*]]: tensor<4x4xf32>) -> tensor<1x2x4xf32>
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00>
// CHECK: %[[B:.*]] = decoder.projection role(up) ins(%[[A]], %[[W]] :
// CHECK: %[[C:.*]] = arith.addf %[[B]], %[[ONE]]
// CHECK: return %[[C]]
// CHECK-LABEL: func.func private @model_block_0(
// CHECK: arith.mulf

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>

func.func @model(%x: tensor<1x2x4xf32>, %p: index) -> tensor<1x2x4xf32> {
  %one = arith.constant dense<1.0> : tensor<1x2x4xf32>
  %0 = decoder.block layer(0) -> (tensor<1x2x4xf32>) {
    %w = decoder.weight "layers.0.w" : tensor<4x4xf32>
    %a = decoder.projection "layers.0" role(up) ins(%x, %w : tensor<1x2x4xf32>, tensor<4x4xf32>) maps [#x, #w, #y] -> tensor<1x2x4xf32>
    %b = arith.addf %a, %one : tensor<1x2x4xf32>
    decoder.yield %b : tensor<1x2x4xf32>
  }
  %1 = decoder.block layer(1) -> (tensor<1x2x4xf32>) {
    %w = decoder.weight "layers.1.w" : tensor<4x4xf32>
    %a = decoder.projection "layers.1" role(up) layer(1) ins(%0, %w : tensor<1x2x4xf32>, tensor<4x4xf32>) maps [#x, #w, #y] -> tensor<1x2x4xf32>
    %b = arith.addf %a, %one : tensor<1x2x4xf32>
    decoder.yield %b : tensor<1x2x4xf32>
  }
  %2 = decoder.block layer(2) -> (tensor<1x2x4xf32>) {
    %w = decoder.weight "layers.2.w" : tensor<4x4xf32>
    %a = decoder.projection "layers.2" role(up) ins(%1, %w : tensor<1x2x4xf32>, tensor<4x4xf32>) maps [#x, #w, #y] -> tensor<1x2x4xf32>
    %b = arith.mulf %a, %one : tensor<1x2x4xf32>
    decoder.yield %b : tensor<1x2x4xf32>
  }
  return %2 : tensor<1x2x4xf32>
}

// -----

// Blocks in blocks go with those that they are in.
// CHECK-LABEL: func.func @nested(
// CHECK: call @nested_block(
// CHECK: func.func private @nested_block(
// CHECK: decoder.block layer(1)
func.func @nested(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = decoder.block layer(0) -> (tensor<2xf32>) {
    %1 = decoder.block layer(1) -> (tensor<2xf32>) {
      %2 = decoder.activation relu %x : tensor<2xf32>
      decoder.yield %2 : tensor<2xf32>
    }
    decoder.yield %1 : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}
