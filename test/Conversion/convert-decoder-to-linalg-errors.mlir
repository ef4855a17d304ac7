// RUN: onebit-opt %s --onebit-convert-decoder-to-linalg --split-input-file --verify-diagnostics

func.func @weight_without_a_value() -> tensor<4xf32> {
  // expected-error @below {{"model.norm.weight" has no value: the model can be priced but not run; give the weight one with `= dense<...>`}}
  %0 = decoder.weight "model.norm.weight" : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @block(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{is still there: run --onebit-decompose-blocks first}}
  %0 = decoder.block layer(0) -> (tensor<4xf32>) {
    %1 = decoder.activation relu %x : tensor<4xf32>
    decoder.yield %1 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

func.func @complex_product(%x: tensor<3x8xcomplex<f32>>, %w: tensor<4x8xf32>) -> tensor<3x4xf32> {
  // expected-error @below {{cannot be computed with these element types: operands must be floats or signless integers of more than one bit, and a result of integers has integer operands; got 'tensor<3x8xcomplex<f32>>', 'tensor<4x8xf32>' -> 'tensor<3x4xf32>'}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x8xcomplex<f32>>, tensor<4x8xf32>)
      maps [#x, #w, #y] -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

func.func @floats_into_integers(%x: tensor<3x8xf32>, %w: tensor<4x8xi8>) -> tensor<3x4xi32> {
  // expected-error @below {{cannot be computed with these element types}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x8xf32>, tensor<4x8xi8>)
      maps [#x, #w, #y] -> tensor<3x4xi32>
  return %0 : tensor<3x4xi32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// Is a bit 1 or -1? It could be either.
func.func @bits(%x: tensor<3x8xi32>, %w: tensor<4x8xi1>) -> tensor<3x4xi32> {
  // expected-error @below {{cannot be computed with these element types}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x8xi32>, tensor<4x8xi1>)
      maps [#x, #w, #y] -> tensor<3x4xi32>
  return %0 : tensor<3x4xi32>
}

// -----

// Thousands of weights are one error.
func.func @three_weights() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // expected-error @below {{"a" has no value}}
  %0 = decoder.weight "a" : tensor<4xf32>
  %1 = decoder.weight "b" : tensor<4xf32>
  // expected-note @below {{2 more without a value, up to this one}}
  %2 = decoder.weight "c" : tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
