// RUN: onebit-opt %s --split-input-file --verify-diagnostics --onebit-tile-to-systolic="array=2x2 masked-folds=skipped" --onebit-convert-systolic-to-scf

func.func @floats_to_integers(%x: tensor<3x6xf32>, %w: tensor<8x6xi8>) -> tensor<3x8xi32> {
  // expected-error @+1 {{'systolic.kernel' op cannot be computed with these element types: operands must be floats, signless integers of more than one bit, bits or trits, and a result of integers has no operand of floats; got 'tensor<3x6xf32>', 'tensor<8x6xi8>', 'tensor<3x8xi32>'}}
  %0 = decoder.projection role(q) ins(%x, %w : tensor<3x6xf32>, tensor<8x6xi8>)
      maps [affine_map<(t, n, k) -> (t, k)>, affine_map<(t, n, k) -> (n, k)>, affine_map<(t, n, k) -> (t, n)>] -> tensor<3x8xi32>
  return %0 : tensor<3x8xi32>
}

// -----

func.func @window(%q: tensor<1x2x1x4xf32>, %k: tensor<1x2x8x4xf32>) -> tensor<1x2x1x8xf32> {
  // expected-warning @+1 {{leaves out what a window hides from the last 1 tokens of 8: at an earlier position it computes something else; tile with masked-folds=computed}}
  %0 = decoder.attention_product role(scores) ins(%q, %k : tensor<1x2x1x4xf32>, tensor<1x2x8x4xf32>)
      maps [affine_map<(b, h, t, e, l) -> (b, h, t, e)>, affine_map<(b, h, t, e, l) -> (b, h, l, e)>,
            affine_map<(b, h, t, e, l) -> (b, h, t, l)>] -> tensor<1x2x1x8xf32> {causal, window = 3 : i64}
  return %0 : tensor<1x2x1x8xf32>
}

// -----

// A window of all keys hides none, and that of rows that are all keys is as it says.
func.func @no_window(%q: tensor<1x2x1x4xf32>, %k: tensor<1x2x8x4xf32>, %p: tensor<1x2x8x4xf32>)
    -> (tensor<1x2x1x8xf32>, tensor<1x2x8x8xf32>) {
  %0 = decoder.attention_product role(scores) ins(%q, %k : tensor<1x2x1x4xf32>, tensor<1x2x8x4xf32>)
      maps [affine_map<(b, h, t, e, l) -> (b, h, t, e)>, affine_map<(b, h, t, e, l) -> (b, h, l, e)>,
            affine_map<(b, h, t, e, l) -> (b, h, t, l)>] -> tensor<1x2x1x8xf32> {causal, window = 8 : i64}
  %1 = decoder.attention_product role(scores) ins(%p, %k : tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>)
      maps [affine_map<(b, h, t, e, l) -> (b, h, t, e)>, affine_map<(b, h, t, e, l) -> (b, h, l, e)>,
            affine_map<(b, h, t, e, l) -> (b, h, t, l)>] -> tensor<1x2x8x8xf32> {causal, window = 3 : i64}
  return %0, %1 : tensor<1x2x1x8xf32>, tensor<1x2x8x8xf32>
}
