// RUN: onebit-opt %s --onebit-raise-contractions --split-input-file | FileCheck %s

// The weight of a batch of one is not a batch: reshape and transpose are read
// through.

// CHECK-DAG: #[[$X:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$W:.+]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-LABEL: func.func @reshaped_weight
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<1x3x8xf32>
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<4x8xf32>
// CHECK-NEXT: decoder.projection "layers.2.mlp.down_proj" role(down) layer(2) ins(%[[X]], %[[W]] : tensor<1x3x8xf32>, tensor<4x8xf32>)
// CHECK-SAME: maps [#[[$X]], #[[$W]], #{{.+}}] -> tensor<1x3x4xf32>
func.func @reshaped_weight(%x: tensor<1x3x8xf32> {decoder.activation},
                           %w: tensor<4x8xf32> {decoder.weight = "layers.2.mlp.down_proj.weight"}) -> tensor<1x3x4xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[1, 8, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %t = tosa.transpose %w {perms = array<i32: 1, 0>} : (tensor<4x8xf32>) -> tensor<8x4xf32>
  %r = tosa.reshape %t, %shape : (tensor<8x4xf32>, !tosa.shape<3>) -> tensor<1x8x4xf32>
  %0 = tosa.matmul %x, %r, %zp, %zp : (tensor<1x3x8xf32>, tensor<1x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x4xf32>
  return %0 : tensor<1x3x4xf32>
}

// -----

// A weight tiled over the batch is M, read before it was tiled.

// CHECK-DAG: #[[$W:.+]] = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
// CHECK-LABEL: func.func @tiled_weight
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<2x3x8xf32>
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<8x4xf32>
// CHECK: decoder.projection "w" role(other) ins(%[[X]], %[[W]] : tensor<2x3x8xf32>, tensor<8x4xf32>) maps [#{{.+}}, #[[$W]], #{{.+}}]
func.func @tiled_weight(%x: tensor<2x3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"}) -> tensor<2x3x4xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[1, 8, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %twice = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %r = tosa.reshape %w, %shape : (tensor<8x4xf32>, !tosa.shape<3>) -> tensor<1x8x4xf32>
  %b = tosa.tile %r, %twice : (tensor<1x8x4xf32>, !tosa.shape<3>) -> tensor<2x8x4xf32>
  %0 = tosa.matmul %x, %b, %zp, %zp : (tensor<2x3x8xf32>, tensor<2x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// A weight that has the unit dimension already is sliced where it is tiled.

// CHECK-LABEL: func.func @tiled_weight_of_rank_3
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<1x8x4xf32> {decoder.weight
// CHECK: %[[ONE:.+]] = tensor.extract_slice %[[W]][0, 0, 0] [1, 8, 4] [1, 1, 1] : tensor<1x8x4xf32> to tensor<8x4xf32>
// CHECK: decoder.projection "w" role(other) ins(%{{.+}}, %[[ONE]] : tensor<2x3x8xf32>, tensor<8x4xf32>)
func.func @tiled_weight_of_rank_3(%x: tensor<2x3x8xf32> {decoder.activation}, %w: tensor<1x8x4xf32> {decoder.weight = "w"}) -> tensor<2x3x4xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %twice = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %b = tosa.tile %w, %twice : (tensor<1x8x4xf32>, !tosa.shape<3>) -> tensor<2x8x4xf32>
  %0 = tosa.matmul %x, %b, %zp, %zp : (tensor<2x3x8xf32>, tensor<2x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// Two activations are attention; a row of a table is an activation.

// CHECK-LABEL: func.func @attention_and_embedding
// CHECK: decoder.projection "w" role(other)
// CHECK: decoder.attention_product
func.func @attention_and_embedding(%ids: tensor<1x3xi32> {decoder.activation}, %table: tensor<1x50x8xf32> {decoder.weight = "embed_tokens"},
                                   %w: tensor<1x8x8xf32> {decoder.weight = "w"}, %k: tensor<1x8x5xf32> {decoder.cache}) -> tensor<1x3x5xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %rows = tosa.gather %table, %ids : (tensor<1x50x8xf32>, tensor<1x3xi32>) -> tensor<1x3x8xf32>
  %q = tosa.matmul %rows, %w, %zp, %zp : (tensor<1x3x8xf32>, tensor<1x8x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x8xf32>
  %0 = tosa.matmul %q, %k, %zp, %zp : (tensor<1x3x8xf32>, tensor<1x8x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x5xf32>
  return %0 : tensor<1x3x5xf32>
}

// -----

// A zero point that is not 0 makes another sum: left, and said.

// CHECK: kind = not_visible, text = "1 operation multiplies and adds but is not counted: its zero points are not the constant 0"
// CHECK-LABEL: func.func @zero_points
// CHECK: tosa.matmul
func.func @zero_points(%x: tensor<1x3x8xi8> {decoder.activation}, %w: tensor<1x8x4xi8> {decoder.weight = "w"}) -> tensor<1x3x4xi32> {
  %a = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  %b = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %w, %a, %b : (tensor<1x3x8xi8>, tensor<1x8x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x4xi32>
  return %0 : tensor<1x3x4xi32>
}

// -----

// A window of one element makes a product; the bias is what the sum starts from.

// CHECK-LABEL: func.func @pointwise
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x4x4x4xf32>
// CHECK-SAME: %[[B:[a-z0-9]+]]: tensor<8xf32>
// CHECK: %[[W:.+]] = tensor.collapse_shape
// CHECK: decoder.projection "w" role(other) ins(%[[X]], %[[W]] : tensor<1x4x4x4xf32>, tensor<8x4xf32>) init(%[[B]] : tensor<8xf32>)
// CHECK-SAME: -> tensor<1x4x4x8xf32>
// CHECK-NOT: tosa.conv2d
func.func @pointwise(%x: tensor<1x4x4x4xf32> {decoder.activation}, %w: tensor<8x1x1x4xf32> {decoder.weight = "w"}, %b: tensor<8xf32> {decoder.weight = "b"}) -> tensor<1x4x4x8xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x4x4x4xf32>, tensor<8x1x1x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// -----

// One bias for all channels, and integers that are widened.

// CHECK-LABEL: func.func @pointwise_integers
// CHECK: decoder.projection "w"
// CHECK-SAME: tensor<1x2x2x4xi8>
// CHECK-SAME: -> tensor<1x2x2x8xi32>
func.func @pointwise_integers(%x: tensor<1x2x2x4xi8> {decoder.activation}, %w: tensor<8x1x1x4xi8> {decoder.weight = "w"}, %b: tensor<1xi32> {decoder.weight = "b"}) -> tensor<1x2x2x8xi32> {
  %zp = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x2x2x4xi8>, tensor<8x1x1x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x8xi32>
  return %0 : tensor<1x2x2x8xi32>
}

// -----

// CHECK: kind = not_visible, text = "1 operation multiplies and adds but is not counted: it is a convolution"
// CHECK-LABEL: func.func @convolution
func.func @convolution(%x: tensor<1x4x4x4xf32> {decoder.activation}, %w: tensor<8x2x2x4xf32> {decoder.weight = "w"}, %b: tensor<8xf32> {decoder.weight = "b"}) -> tensor<1x3x3x8xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x4x4x4xf32>, tensor<8x2x2x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x8xf32>
  return %0 : tensor<1x3x3x8xf32>
}

// -----

// A depthwise convolution sums within channels: no product, and nothing hidden.

// CHECK: decoder.assumptions = [#decoder.assumption<kind = not_modelled, text = "1 depthwise convolution is no matrix product: work of the vector unit"
// CHECK-NOT: not_visible
// CHECK-LABEL: func.func @depthwise
// CHECK: tosa.depthwise_conv2d
func.func @depthwise(%x: tensor<1x4x4x8xf32> {decoder.activation}, %w: tensor<2x2x8x1xf32> {decoder.weight = "w"}, %b: tensor<8xf32> {decoder.weight = "b"}) -> tensor<1x3x3x8xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.depthwise_conv2d %x, %w, %b, %zp, %zp {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x4x4x8xf32>, tensor<2x2x8x1xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x8xf32>
  return %0 : tensor<1x3x3x8xf32>
}
