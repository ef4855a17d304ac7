// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s

// An einsum puts the weight on the left, and the result's dimensions in the other
// order. M is the token side all the same.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,4,8
// CHECK-NOT:  {{.}}

func.func @main(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<4x8xf32> {decoder.weight = "w"}) -> tensor<4x3xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x3xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(n, m, k) -> (n, k)>, affine_map<(n, m, k) -> (m, k)>, affine_map<(n, m, k) -> (n, m)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%w, %x : tensor<4x8xf32>, tensor<3x8xf32>) outs(%zero : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %mul = arith.mulf %a, %b : f32
    %add = arith.addf %out, %mul : f32
    linalg.yield %add : f32
  } -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
