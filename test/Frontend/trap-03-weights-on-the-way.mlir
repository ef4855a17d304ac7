// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-9 | FileCheck %s

// One argument holds all weights and is sliced; a weight is carried around a loop,
// converted and repeated for each example of the batch. All stay weights.

// CHECK:      class,batch,m,n,k,times
// CHECK-NEXT: matmul_free,1,3,8,8,4
// CHECK-NEXT: matmul_free,1,6,4,8,1
// CHECK-NOT:  {{.}}

func.func @main(%flat: tensor<96xf16> {decoder.weight = "flat"}, %x: tensor<3x8xf32> {decoder.activation},
                %batch: tensor<2x3x8xf32> {decoder.activation}) -> (tensor<3x8xf32>, tensor<2x3x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %zb = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %0 = tensor.extract_slice %flat[0] [64] [1] : tensor<96xf16> to tensor<64xf16>
  %1 = tensor.expand_shape %0 [[0, 1]] output_shape [8, 8] : tensor<64xf16> into tensor<8x8xf16>
  %2 = arith.extf %1 : tensor<8x8xf16> to tensor<8x8xf32>
  %3:2 = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %x, %w = %2) -> (tensor<3x8xf32>, tensor<8x8xf32>) {
    %y = linalg.matmul ins(%h, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
    scf.yield %y, %w : tensor<3x8xf32>, tensor<8x8xf32>
  }
  %4 = tensor.extract_slice %flat[64] [32] [1] : tensor<96xf16> to tensor<32xf16>
  %5 = tensor.expand_shape %4 [[0, 1]] output_shape [8, 4] : tensor<32xf16> into tensor<8x4xf16>
  %6 = arith.extf %5 : tensor<8x4xf16> to tensor<8x4xf32>
  %e = tensor.empty() : tensor<2x8x4xf32>
  %7 = linalg.broadcast ins(%6 : tensor<8x4xf32>) outs(%e : tensor<2x8x4xf32>) dimensions = [0]
  %8 = linalg.batch_matmul ins(%batch, %7 : tensor<2x3x8xf32>, tensor<2x8x4xf32>) outs(%zb : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %3#0, %8 : tensor<3x8xf32>, tensor<2x3x4xf32>
}
