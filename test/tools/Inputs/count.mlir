// Logits of 9 tokens: 1 at the token after the one that came in, a splat weight
// added everywhere.
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
