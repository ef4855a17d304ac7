#x = affine_map<(t, n, k) -> (t, k)>
#w = affine_map<(t, n, k) -> (n, k)>
#y = affine_map<(t, n, k) -> (t, n)>

func.func @step(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %a = decoder.weight "layers.0.up_proj.weight" = dense<[[1.0, -1.0], [2.0, 0.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %0 = decoder.projection "layers.0.up_proj" role(up) layer(0) ins(%x, %a : tensor<1x2xf32>, tensor<2x2xf32>) maps [#x, #w, #y] -> tensor<1x2xf32>
  %b = decoder.weight "layers.1.up_proj.weight" = dense<[[3.0, 1.0], [1.0, 1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %1 = decoder.projection "layers.1.up_proj" role(up) layer(1) ins(%0, %b : tensor<1x2xf32>, tensor<2x2xf32>) maps [#x, #w, #y] -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}
