// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s

// Frequencies times positions is a product of matrices by its op, and of nothing by
// its sizes: the sum has one term. So is a mask made of ones.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,6,8
// CHECK-NOT:  {{.}}

func.func @main(%frequency: tensor<1x4x1xf32> {decoder.weight = "rotary.inv_freq"},
                %position: tensor<1x1x3xf32> {decoder.activation},
                %mask: tensor<2x3x1xf32> {decoder.activation}, %ones: tensor<2x1x5xf32> {decoder.activation},
                %x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x6xf32> {decoder.weight = "w"})
    -> (tensor<1x4x3xf32>, tensor<2x3x5xf32>, tensor<3x6xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<1x4x3xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x3x5xf32>
  %z2 = arith.constant dense<0.0> : tensor<3x6xf32>
  %0 = linalg.batch_matmul ins(%frequency, %position : tensor<1x4x1xf32>, tensor<1x1x3xf32>) outs(%z0 : tensor<1x4x3xf32>) -> tensor<1x4x3xf32>
  %1 = linalg.batch_matmul ins(%mask, %ones : tensor<2x3x1xf32>, tensor<2x1x5xf32>) outs(%z1 : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %2 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x6xf32>) outs(%z2 : tensor<3x6xf32>) -> tensor<3x6xf32>
  return %0, %1, %2 : tensor<1x4x3xf32>, tensor<2x3x5xf32>, tensor<3x6xf32>
}
