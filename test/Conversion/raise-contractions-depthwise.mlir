// RUN: onebit-opt %s --split-input-file --lower-to-systolic="array=8x8 cost-model=onebit" --report=json | FileCheck %s

// Mamba: a projection and a convolution along time, each channel for itself. It is
// named as what it is, and nothing is hidden.

// CHECK: "complete":true
// CHECK-SAME: "total":{"kernels":1,{{[^}]*}}"macs":1152,
// CHECK-SAME: "kind":"not_modelled","text":"1 depthwise convolution is no matrix product: work of the vector unit"
// CHECK-NOT: not_visible
func.func @mamba(%x: tensor<2x9x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "in_proj"}, %window: tensor<8x4xf32> {decoder.weight = "conv1d"}) -> tensor<2x8x6xf32> {
  %z0 = arith.constant dense<0.0> : tensor<2x8x9xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(b, t, o, i) -> (b, t, i)>, affine_map<(b, t, o, i) -> (o, i)>, affine_map<(b, t, o, i) -> (b, o, t)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x9x8xf32>, tensor<8x8xf32>) outs(%z0 : tensor<2x8x9xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %1 = arith.mulf %a, %b : f32
    %2 = arith.addf %c, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<2x8x9xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x8x6xf32>
  %3 = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : tensor<1xi64>, strides = dense<1> : tensor<1xi64>}
      ins(%0, %window : tensor<2x8x9xf32>, tensor<8x4xf32>) outs(%z1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  return %3 : tensor<2x8x6xf32>
}

// -----

// One that mixes channels is a product in disguise: it is said to be left out.

// CHECK: "complete":false
// CHECK-SAME: "kind":"not_visible","text":"1 operation multiplies and adds but is not counted: its indexing maps are not projected permutations"
func.func @mixed(%x: tensor<2x8x9xf32> {decoder.activation}, %w: tensor<8x8x4xf32> {decoder.weight = "conv"}, %v: tensor<6x5xf32> {decoder.weight = "v"}) -> tensor<2x8x5xf32> {
  %z0 = arith.constant dense<0.0> : tensor<2x8x6xf32>
  %0 = linalg.conv_1d_ncw_fcw {dilations = dense<1> : tensor<1xi64>, strides = dense<1> : tensor<1xi64>}
      ins(%x, %w : tensor<2x8x9xf32>, tensor<8x8x4xf32>) outs(%z0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %e = tensor.empty() : tensor<2x6x5xf32>
  %vs = linalg.broadcast ins(%v : tensor<6x5xf32>) outs(%e : tensor<2x6x5xf32>) dimensions = [0]
  %z1 = arith.constant dense<0.0> : tensor<2x8x5xf32>
  %1 = linalg.batch_matmul ins(%0, %vs : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%z1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %1 : tensor<2x8x5xf32>
}
