// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=json | FileCheck %s --check-prefix=JSON

// The position of a maximum is a reduction of two inputs, a sum of squares multiplies
// and adds: neither is a product of matrices.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,4,8
// CHECK-NOT:  {{.}}
// JSON: "complete":true

func.func @main(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"})
    -> (tensor<3xf32>, tensor<3xi64>, tensor<3xf32>, tensor<3x4xf32>) {
  %least = arith.constant dense<0xFF800000> : tensor<3xf32>
  %none = arith.constant dense<0> : tensor<3xi64>
  %nought = arith.constant dense<0.0> : tensor<3xf32>
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3x8xi64>
  %numbers = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x8xi64>) {
  ^bb0(%out: i64):
    %j = linalg.index 1 : index
    %n = arith.index_cast %j : index to i64
    linalg.yield %n : i64
  } -> tensor<3x8xi64>
  %0:2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>],
                         iterator_types = ["parallel", "reduction"]}
      ins(%x, %numbers : tensor<3x8xf32>, tensor<3x8xi64>) outs(%least, %none : tensor<3xf32>, tensor<3xi64>) {
  ^bb0(%a: f32, %n: i64, %max: f32, %at: i64):
    %more = arith.cmpf ogt, %a, %max : f32
    %value = arith.select %more, %a, %max : f32
    %index = arith.select %more, %n, %at : i64
    linalg.yield %value, %index : f32, i64
  } -> (tensor<3xf32>, tensor<3xi64>)
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<3x8xf32>) outs(%nought : tensor<3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %square = arith.mulf %a, %a : f32
    %sum = arith.addf %square, %out : f32
    linalg.yield %sum : f32
  } -> tensor<3xf32>
  %2 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%zero : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0#0, %0#1, %1, %2 : tensor<3xf32>, tensor<3xi64>, tensor<3xf32>, tensor<3x4xf32>
}
