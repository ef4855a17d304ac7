// count.mlir, and beside it a function that takes three tokens and counts by two:
// one sees which of them was at work.
func.func @decode(%ids: tensor<1x1xi64>, %at: index) -> tensor<1x1x9xf32> {
  %w = decoder.weight "w" = dense<0.5> : tensor<9xf32> : tensor<9xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i64
  %id = tensor.extract %ids[%c0, %c0] : tensor<1x1xi64>
  %next = arith.addi %id, %c1 : i64
  %0 = tensor.generate {
  ^bb0(%i: index, %j: index, %k: index):
    %token = arith.index_cast %k : index to i64
    %is = arith.cmpi eq, %token, %next : i64
    %one = arith.uitofp %is : i1 to f32
    %more = tensor.extract %w[%k] : tensor<9xf32>
    %sum = arith.addf %one, %more : f32
    tensor.yield %sum : f32
  } : tensor<1x1x9xf32>
  return %0 : tensor<1x1x9xf32>
}
func.func @prompt(%ids: tensor<1x3xi64>, %at: index) -> tensor<1x3x9xf32> {
  %w = decoder.weight "w" = dense<0.5> : tensor<9xf32> : tensor<9xf32>
  %c2 = arith.constant 2 : i64
  %0 = tensor.generate {
  ^bb0(%i: index, %j: index, %k: index):
    %id = tensor.extract %ids[%i, %j] : tensor<1x3xi64>
    %next = arith.addi %id, %c2 : i64
    %token = arith.index_cast %k : index to i64
    %is = arith.cmpi eq, %token, %next : i64
    %one = arith.uitofp %is : i1 to f32
    %more = tensor.extract %w[%k] : tensor<9xf32>
    %sum = arith.addf %one, %more : f32
    tensor.yield %sum : f32
  } : tensor<1x3x9xf32>
  return %0 : tensor<1x3x9xf32>
}
