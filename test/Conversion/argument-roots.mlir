// RUN: onebit-opt %s --split-input-file --mlir-print-debuginfo --onebit-raise-contractions | FileCheck %s

// By what an argument is told where nothing marks it: docs/roots.md.

// Names.

// CHECK: text = "taken for weights by their names: argument 1 of @names"
// CHECK-SAME: text = "taken for activations by their names: argument 0 of @names"
// CHECK-SAME: text = "taken for caches by their names: argument 2 of @names"
// CHECK: decoder.projection "params['up']"
// CHECK: decoder.attention_product
func.func @names(%a: tensor<3x8xf32> loc("x"), %b: tensor<8x4xf32> loc("params['up']"), %c: tensor<8x5xf32> loc("cache[0]")) -> (tensor<3x4xf32>, tensor<3x5xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<3x4xf32>
  %z1 = arith.constant dense<0.0> : tensor<3x5xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z0 : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = linalg.matmul ins(%a, %c : tensor<3x8xf32>, tensor<8x5xf32>) outs(%z1 : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<3x5xf32>
}

// -----

// What is returned with something inserted is a cache.

// CHECK: text = "taken for weights, as they multiply what depends on the input: argument 0 of @updated"
// CHECK-SAME: text = "taken for caches, as they are updated: arguments 1, 3 of @updated"
// CHECK: decoder.projection
// CHECK: decoder.attention_product
func.func @updated(%w: tensor<8x8xf32>, %cache: tensor<5x8xf32>, %ids: tensor<1x8xi64>, %donated: tensor<4xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<1x5xf32>, tensor<5x8xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<1x8xf32>
  %z1 = arith.constant dense<0.0> : tensor<1x5xf32>
  %x = arith.sitofp %ids : tensor<1x8xi64> to tensor<1x8xf32>
  %q = linalg.matmul ins(%x, %w : tensor<1x8xf32>, tensor<8x8xf32>) outs(%z0 : tensor<1x8xf32>) -> tensor<1x8xf32>
  %new = tensor.insert_slice %q into %cache[4, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<5x8xf32>
  // The old one is read: its product alone would not tell.
  %e = tensor.empty() : tensor<8x5xf32>
  %turned = linalg.transpose ins(%cache : tensor<5x8xf32>) outs(%e : tensor<8x5xf32>) permutation = [1, 0]
  %s = linalg.matmul ins(%q, %turned : tensor<1x8xf32>, tensor<8x5xf32>) outs(%z1 : tensor<1x5xf32>) -> tensor<1x5xf32>
  return %s, %new : tensor<1x5xf32>, tensor<5x8xf32>
}

// -----

// Batch and sequence of the token ids; known weights.

// CHECK: text = "taken for activations, as they have batch and sequence of the token ids: argument 0 of @shape"
// CHECK-SAME: text = "taken for activations, as known weights multiply them: argument 3 of @shape"
// CHECK: decoder.projection
// CHECK: decoder.projection
func.func @shape(%x: tensor<2x3x8xf32>, %w: tensor<2x8x4xf32>, %positions: tensor<2x3xi32>, %y: tensor<3x8xf32>) -> (tensor<2x3x4xf32>, tensor<3x4xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %z1 = arith.constant dense<0.0> : tensor<3x4xf32>
  %constant = arith.constant dense_resource<__elided__> : tensor<8x4xf32>
  %0 = linalg.batch_matmul ins(%x, %w : tensor<2x3x8xf32>, tensor<2x8x4xf32>) outs(%z0 : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %1 = linalg.matmul ins(%y, %constant : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z1 : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0, %1 : tensor<2x3x4xf32>, tensor<3x4xf32>
}

// -----

// A batch dimension of one, against a matrix.

// CHECK: text = "taken for weights, as they multiply what depends on the input: argument 1 of @batch"
// CHECK-SAME: kind = not_visible, text = "nothing says for certain what the input is: taken for it, as it has a batch dimension and what it multiplies has none: argument 0 of @batch; mark weights
// CHECK: decoder.projection
func.func @batch(%x: tensor<1x3x8xf32>, %w: tensor<8x4xf32>) -> tensor<3x4xf32> {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %rows = tensor.collapse_shape %x [[0, 1], [2]] : tensor<1x3x8xf32> into tensor<3x8xf32>
  %0 = linalg.matmul ins(%rows, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// One argument among three that multiplies the other two, and no more to go by.

// CHECK: kind = not_visible, text = "nothing says for certain what the input is: taken for it, as it multiplies several others: argument 2 of @shared; mark weights
// CHECK: decoder.projection
// CHECK: decoder.projection
func.func @shared(%gate: tensor<8x4xf32>, %up: tensor<8x4xf32>, %x: tensor<3x8xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %gate : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = linalg.matmul ins(%x, %up : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<3x4xf32>
}

// -----

// JAX writes parameters first.

// CHECK: kind = not_visible, text = "nothing says for certain what the input is: taken for it, as parameters come first: argument 1 of @order; mark weights
// CHECK: decoder.projection
func.func @order(%w: tensor<8x4xf32>, %x: tensor<3x8xf32>) -> (tensor<3x4xf32> {jax.result_info = "result"}) {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Queries and keys with heads in common: nothing tells them from weights.

// CHECK: kind = not_visible, text = "nothing tells weights from activations, all are taken for activations: arguments 0, 1 of @heads; mark weights
// CHECK: decoder.attention_product
func.func @heads(%q: tensor<2x3x8xf32>, %k: tensor<2x8x5xf32>) -> tensor<2x3x5xf32> {
  %z = arith.constant dense<0.0> : tensor<2x3x5xf32>
  %0 = linalg.batch_matmul ins(%q, %k : tensor<2x3x8xf32>, tensor<2x8x5xf32>) outs(%z : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// -----

// What is multiplied by itself is no weight.

// CHECK: kind = not_visible, text = "nothing tells weights from activations, all are taken for activations: argument 0 of @itself;
// CHECK: decoder.attention_product
func.func @itself(%x: tensor<5x8xf32>) -> tensor<5x5xf32> {
  %z = arith.constant dense<0.0> : tensor<5x5xf32>
  %e = tensor.empty() : tensor<8x5xf32>
  %turned = linalg.transpose ins(%x : tensor<5x8xf32>) outs(%e : tensor<8x5xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%x, %turned : tensor<5x8xf32>, tensor<8x5xf32>) outs(%z : tensor<5x5xf32>) -> tensor<5x5xf32>
  return %0 : tensor<5x5xf32>
}

// -----

// One mark on a weight means that all weights are marked.

// CHECK: kind = activation, text = "taken for activations, as others are marked as weights: arguments 0, 2 of @marked"
// CHECK: decoder.projection "w"
// CHECK: decoder.attention_product
func.func @marked(%x: tensor<3x8xf32>, %w: tensor<8x4xf32> {decoder.weight = "w"}, %v: tensor<8x4xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = linalg.matmul ins(%x, %v : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<3x4xf32>
}
