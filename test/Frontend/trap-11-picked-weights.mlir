// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s

// The router picks the weight of an expert: still a weight. The row of an embedding
// is picked, too, and is the activation of the first layer.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,1,6,8
// CHECK-NEXT: matmul_free,1,1,4,6
// CHECK-NOT:  {{.}}

func.func @main(%ids: tensor<1xi64> {decoder.activation}, %table: tensor<20x8xf32> {decoder.weight = "embed_tokens.weight"},
                %w: tensor<8x6xf32> {decoder.weight = "w"}, %experts: tensor<5x6x4xf32> {decoder.weight = "experts"},
                %choice: tensor<1xi64> {decoder.activation}) -> tensor<1x4xf32> {
  %z0 = arith.constant dense<0.0> : tensor<1x6xf32>
  %z1 = arith.constant dense<0.0> : tensor<1x4xf32>
  %c0 = arith.constant 0 : index
  %id = tensor.extract %ids[%c0] : tensor<1xi64>
  %row = arith.index_cast %id : i64 to index
  %x = tensor.extract_slice %table[%row, 0] [1, 8] [1, 1] : tensor<20x8xf32> to tensor<1x8xf32>
  %h = linalg.matmul ins(%x, %w : tensor<1x8xf32>, tensor<8x6xf32>) outs(%z0 : tensor<1x6xf32>) -> tensor<1x6xf32>
  %number = tensor.extract %choice[%c0] : tensor<1xi64>
  %expert = arith.index_cast %number : i64 to index
  %picked = tensor.extract_slice %experts[%expert, 0, 0] [1, 6, 4] [1, 1, 1] : tensor<5x6x4xf32> to tensor<6x4xf32>
  %y = linalg.matmul ins(%h, %picked : tensor<1x6xf32>, tensor<6x4xf32>) outs(%z1 : tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
