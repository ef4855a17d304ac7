// Weights that were ternary already, one of each origin: packed, floats of -1, 0
// and 1, and floats of -s, 0 and s.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

func.func @main(%x: tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x2xf32>) {
  %q, %qs = ternary.weight "q.weight" packing(hf) = dense<[2, 9, 24, 97]> : tensor<4xi8> scale = dense<0.5> : tensor<f32> {ternary.bytes_before = 6 : i64} -> tensor<4x4x!ternary.trit>, tensor<f32>
  %k, %ks = ternary.weight "k.weight" packing(hf) = dense<[2, 9, 24, 97]> : tensor<4xi8> scale = dense<0.25> : tensor<f32> {ternary.bytes_before = 34 : i64, ternary.unpacked} -> tensor<4x4x!ternary.trit>, tensor<f32>
  %qw = ternary.dequantize_weight %q, %qs : tensor<4x4x!ternary.trit>, tensor<f32> -> tensor<4x4xf32>
  %kw = ternary.dequantize_weight %k, %ks : tensor<4x4x!ternary.trit>, tensor<f32> -> tensor<4x4xf32>
  %v = decoder.weight "v.weight" = dense<[[3.0, 0.0, -3.0, 3.0], [0.0, 0.0, 3.0, 0.0]]> : tensor<2x4xf32> : tensor<2x4xf32>
  %0 = decoder.projection "q_proj" role(q) ins(%x, %qw : tensor<1x4xf32>, tensor<4x4xf32>) maps [#x, #w, #y] -> tensor<1x4xf32>
  %1 = decoder.projection "k_proj" role(k) ins(%x, %kw : tensor<1x4xf32>, tensor<4x4xf32>) maps [#x, #w, #y] -> tensor<1x4xf32>
  %2 = decoder.projection "v_proj" role(v) ins(%x, %v : tensor<1x4xf32>, tensor<2x4xf32>) maps [#x, #w, #y] -> tensor<1x2xf32>
  return %0, %1, %2 : tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x2xf32>
}
