// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s

// A product with a batch is a projection where the weight is repeated for it, and
// attention where both sides have it; tosa.matmul always has one, of one here.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,6,4,8
// CHECK-NEXT: attention,2,3,3,8
// CHECK-NEXT: matmul_free,1,3,4,8
// CHECK-NOT:  {{.}}

func.func @main(%x: tensor<2x3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"},
                %keys: tensor<2x3x8xf32> {decoder.cache}, %one: tensor<1x3x8xf32> {decoder.activation})
    -> (tensor<2x3x4xf32>, tensor<2x3x3xf32>, tensor<1x3x4xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x3x3xf32>
  %e = tensor.empty() : tensor<2x8x4xf32>
  %repeated = linalg.broadcast ins(%w : tensor<8x4xf32>) outs(%e : tensor<2x8x4xf32>) dimensions = [0]
  %0 = linalg.batch_matmul ins(%x, %repeated : tensor<2x3x8xf32>, tensor<2x8x4xf32>) outs(%z0 : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %et = tensor.empty() : tensor<2x8x3xf32>
  %turned = linalg.transpose ins(%keys : tensor<2x3x8xf32>) outs(%et : tensor<2x8x3xf32>) permutation = [0, 2, 1]
  %1 = linalg.batch_matmul ins(%x, %turned : tensor<2x3x8xf32>, tensor<2x8x3xf32>) outs(%z1 : tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %shape = tosa.const_shape {values = dense<[1, 8, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %w3 = tosa.reshape %w, %shape : (tensor<8x4xf32>, !tosa.shape<3>) -> tensor<1x8x4xf32>
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %2 = tosa.matmul %one, %w3, %zp, %zp : (tensor<1x3x8xf32>, tensor<1x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x4xf32>
  return %0, %1, %2 : tensor<2x3x4xf32>, tensor<2x3x3xf32>, tensor<1x3x4xf32>
}
