#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @gemv(%x: tensor<1x4xf32>, %w: tensor<6x4xf32>, %y: tensor<1x6xf32>) -> tensor<1x6xf32> {
  %0 = systolic.kernel "q_proj" class(dense_projection) role(q) layer(0) on #array
      ins(%x, %w : tensor<1x4xf32>, tensor<6x4xf32>) outs(%y : tensor<1x6xf32>)
      maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x1x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x1x6xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 6, 1, 4) step (1, 4, 1, 4)
        init(%acc = %ofmap) : tensor<1x1x6xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 1, 4] : tensor<1x1x6xf32> to tensor<1x1x?xf32>
      %r = systolic.fold %i, %f into %o tile [1, 4, 4]
          : tensor<1x1x4xf32>, tensor<1x?x4xf32> into tensor<1x1x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 1, 4] : tensor<1x1x?xf32> into tensor<1x1x6xf32>
      systolic.yield %u : tensor<1x1x6xf32>
    }
    systolic.yield %1 : tensor<1x1x6xf32>
  } -> tensor<1x6xf32>
  return %0 : tensor<1x6xf32>
}
