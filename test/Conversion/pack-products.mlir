// RUN: onebit-opt %s --onebit-pack-products | FileCheck %s

#x = affine_map<(t, n, k) -> (t, k)>
#w = affine_map<(t, n, k) -> (n, k)>
#y = affine_map<(t, n, k) -> (t, n)>

// Bytes that are packed so stay as they are, here those of a resource.
// CHECK-LABEL: func.func @as_it_is(
// CHECK-SAME: %[[X:.*]]: tensor<3x130xi8>)
// CHECK: %[[W:.*]] = decoder.weight "w.i2_s" = dense_resource<codes> : tensor<128xi8> : tensor<128xi8>
// CHECK: %[[S:.*]] = decoder.weight "w.scale" = dense<2.500000e-01> : tensor<f32> : tensor<f32>
// CHECK: %[[A:.*]] = tensor.expand_shape %{{.*}} output_shape [1, 3, 130]
// CHECK: %[[E:.*]] = tensor.empty() : tensor<1x3x2xi32>
// CHECK: %[[P:.*]] = ternary.packed_matmul ins(%[[A]], %[[W]] : tensor<1x3x130xi8>, tensor<128xi8>) outs(%[[E]] : tensor<1x3x2xi32>) -> tensor<1x3x2xi32>
// CHECK: %[[F:.*]] = tensor.collapse_shape %[[P]]
// CHECK: %[[Y:.*]] = tensor.expand_shape %[[F]] {{.*}} output_shape [3, 2]
// CHECK: return %[[Y]], %[[S]]
func.func @as_it_is(%x: tensor<3x130xi8>) -> (tensor<3x2xi32>, tensor<f32>) {
  %w, %s = ternary.weight "w" packing(i2_s) = dense_resource<codes> : tensor<128xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<2x130x!ternary.trit>, tensor<f32>
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x130xi8>, tensor<2x130x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x2xi32>
  return %0, %s : tensor<3x2xi32>, tensor<f32>
}

// Others are packed again, once for two products, and a name that another
// weight has gets a number.
// CHECK-LABEL: func.func @again(
// CHECK: %[[W:.*]] = decoder.weight "w.i2_s.1" = dense_resource<w.i2_s> : tensor<128xi8> : tensor<128xi8>
// CHECK-NOT: ternary.weight
// CHECK: ternary.packed_matmul ins(%{{.*}}, %[[W]] :
// CHECK: ternary.packed_matmul ins(%{{.*}}, %[[W]] :
func.func @again(%x: tensor<1x1x3xi8>) -> (tensor<1x1x4xi32>, tensor<1x1x4xi32>) {
  %w, %s = ternary.weight "w" packing(hf) = dense<[89, 6, -91]> : tensor<3xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<4x3x!ternary.trit>, tensor<f32>
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<1x1x3xi8>, tensor<4x3x!ternary.trit>)
      maps [affine_map<(b, t, n, k) -> (b, t, k)>, affine_map<(b, t, n, k) -> (n, k)>, affine_map<(b, t, n, k) -> (b, t, n)>] -> tensor<1x1x4xi32>
  %1 = ternary.matmul role(gate) ins(%x, %w : tensor<1x1x3xi8>, tensor<4x3x!ternary.trit>)
      maps [affine_map<(b, t, n, k) -> (b, t, k)>, affine_map<(b, t, n, k) -> (n, k)>, affine_map<(b, t, n, k) -> (b, t, n)>] -> tensor<1x1x4xi32>
  return %0, %1 : tensor<1x1x4xi32>, tensor<1x1x4xi32>
}

// A weight of columns is transposed; what else reads it reads its trits, a byte each.
// CHECK-LABEL: func.func @columns(
// CHECK-NOT: ternary.weight
// CHECK: decoder.weight {{.*}} : tensor<96xi8>
// CHECK: %[[TRITS:.*]] = decoder.weight "w.trits" = dense_resource<w.trits> : tensor<4x3xi8> : tensor<4x3xi8>
// CHECK: %[[CAST:.*]] = builtin.unrealized_conversion_cast %[[TRITS]] : tensor<4x3xi8> to tensor<4x3x!ternary.trit>
// CHECK: %[[SCALE:.*]] = decoder.weight "w.scale
// CHECK: ternary.packed_matmul {{.*}} : tensor<1x3x4xi8>, tensor<96xi8>
// CHECK: ternary.dequantize_weight %[[CAST]], %[[SCALE]]
func.func @columns(%x: tensor<3x4xi8>) -> (tensor<3x3xi32>, tensor<4x3xf32>) {
  %w, %s = ternary.weight "w" packing(hf) = dense<[89, 6, -91]> : tensor<3xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<4x3x!ternary.trit>, tensor<f32>
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x4xi8>, tensor<4x3x!ternary.trit>) maps [#x, affine_map<(t, n, k) -> (k, n)>, #y] -> tensor<3x3xi32>
  %1 = ternary.dequantize_weight %w, %s : tensor<4x3x!ternary.trit>, tensor<f32> -> tensor<4x3xf32>
  return %0, %1 : tensor<3x3xi32>, tensor<4x3xf32>
}

// Groups are a batch: two products over two elements each.
// CHECK-LABEL: func.func @groups(
// CHECK: %[[T:.*]] = linalg.transpose ins(%{{.*}} : tensor<3x2x2xi8>) outs(%{{.*}} : tensor<2x3x2xi8>) permutation = [1, 0, 2]
// CHECK: ternary.packed_matmul ins(%[[T]], %{{.*}} : tensor<2x3x2xi8>, tensor<256xi8>) outs(%{{.*}} : tensor<2x3x4xi32>)
// CHECK: linalg.transpose ins(%{{.*}} : tensor<2x3x4xi32>) outs(%{{.*}} : tensor<3x4x2xi32>) permutation = [1, 2, 0]
func.func @groups(%x: tensor<3x2x2xi8>) -> tensor<3x4x2xi32> {
  %w, %s = ternary.weight "g" packing(base3) = dense<[121, 122, 120, 118]> : tensor<4xi8> scale = dense<0.25> : tensor<4x2xf32> group <size = 2, dim = 1>
      -> tensor<4x4x!ternary.trit>, tensor<4x2xf32>
  %e = tensor.expand_shape %w [[0], [1, 2]] output_shape [4, 2, 2] : tensor<4x4x!ternary.trit> into tensor<4x2x2x!ternary.trit>
  %0 = ternary.matmul role(up) ins(%x, %e : tensor<3x2x2xi8>, tensor<4x2x2x!ternary.trit>)
      maps [affine_map<(t, n, k, g) -> (t, g, k)>, affine_map<(t, n, k, g) -> (n, g, k)>, affine_map<(t, n, k, g) -> (t, n, g)>] -> tensor<3x4x2xi32>
  return %0 : tensor<3x4x2xi32>
}

// What stays: a weight that is computed, one that nobody has seen, one whose
// bytes nobody packs, and sums that may leave 32 bits.
// CHECK-LABEL: func.func @stays(
// CHECK-NOT: packed_matmul
func.func @stays(%x: tensor<3x130xi8>, %f: tensor<2x130xf32>, %long: tensor<1x8388608xi8>)
    -> (tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>, tensor<1x1xi32>) {
  %q, %t = ternary.quantize_weight b1_58 %f : tensor<2x130xf32> -> tensor<2x130x!ternary.trit>, tensor<f32>
  %0 = ternary.matmul role(up) ins(%x, %q : tensor<3x130xi8>, tensor<2x130x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x2xi32>
  %w, %s = ternary.weight "w" packing(i2_s) = dense_resource<gone> : tensor<128xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<2x130x!ternary.trit>, tensor<f32>
  %1 = ternary.matmul role(up) ins(%x, %w : tensor<3x130xi8>, tensor<2x130x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x2xi32>
  %h, %u = ternary.weight "h" packing(hf) = dense_resource<gone> : tensor<130xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<2x130x!ternary.trit>, tensor<f32>
  %2 = ternary.matmul role(up) ins(%x, %h : tensor<3x130xi8>, tensor<2x130x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x2xi32>
  %l, %v = ternary.weight "l" packing(i2_s) = dense<85> : tensor<2097152xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<1x8388608x!ternary.trit>, tensor<f32>
  %3 = ternary.matmul role(up) ins(%long, %l : tensor<1x8388608xi8>, tensor<1x8388608x!ternary.trit>) maps [#x, #w, #y] -> tensor<1x1xi32>
  return %0, %1, %2, %3 : tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>, tensor<1x1xi32>
}

{-#
  dialect_resources: {
    builtin: {
      codes: "0x010000005555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555"
    }
  }
#-}
