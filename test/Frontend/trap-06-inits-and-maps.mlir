// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s

// The sum starts from a constant of zeros and no fill, or from a bias; a named op
// has indexing maps of its own.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,4,8
// CHECK-NEXT: matmul_free,1,3,4,8
// CHECK-NOT:  {{.}}

func.func @main(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"},
                %turned: tensor<4x8xf32> {decoder.weight = "turned"}, %bias: tensor<4xf32> {decoder.weight = "bias"})
    -> (tensor<3x4xf32>, tensor<3x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%zero : tensor<3x4xf32>) -> tensor<3x4xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %rows = linalg.broadcast ins(%bias : tensor<4xf32>) outs(%e : tensor<3x4xf32>) dimensions = [0]
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %turned : tensor<3x8xf32>, tensor<4x8xf32>) outs(%rows : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<3x4xf32>
}
