// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s

// Two dimensions are summed over, two run over the batch, and the values stand on
// the left of the probabilities: sizes are products, M is the token side.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,4,16
// CHECK-NEXT: attention,6,5,7,8
// CHECK-NOT:  {{.}}

func.func @main(%x: tensor<3x2x8xf32> {decoder.activation}, %w: tensor<4x2x8xf32> {decoder.weight = "w"},
                %values: tensor<2x7x3x8xf32> {decoder.cache}, %p: tensor<2x3x5x8xf32> {decoder.activation})
    -> (tensor<3x4xf32>, tensor<2x3x7x5xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<3x4xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x3x7x5xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, g, k) -> (m, g, k)>, affine_map<(m, n, g, k) -> (n, g, k)>, affine_map<(m, n, g, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : tensor<3x2x8xf32>, tensor<4x2x8xf32>) outs(%z0 : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %mul = arith.mulf %a, %b : f32
    %add = arith.addf %mul, %out : f32
    linalg.yield %add : f32
  } -> tensor<3x4xf32>
  %e = math.exp %p : tensor<2x3x5x8xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(b, h, d, m, k) -> (b, d, h, k)>, affine_map<(b, h, d, m, k) -> (b, h, m, k)>, affine_map<(b, h, d, m, k) -> (b, h, d, m)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%values, %e : tensor<2x7x3x8xf32>, tensor<2x3x5x8xf32>) outs(%z1 : tensor<2x3x7x5xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %mul = arith.mulf %a, %b : f32
    %add = arith.addf %mul, %out : f32
    linalg.yield %add : f32
  } -> tensor<2x3x7x5xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<2x3x7x5xf32>
}
