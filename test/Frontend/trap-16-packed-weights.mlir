// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=json | FileCheck %s --check-prefix=JSON

// Four weights in a byte, unsigned: shifts, masks and scales on weights only leave a
// weight, whatever the ops. Nothing marks the arguments; nobody packs an input.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,6,8
// CHECK-NOT:  {{.}}
// JSON: "complete":false
// JSON-SAME: "text":"nothing says for certain what the input is: taken for it, as what it multiplies is packed: argument 1 of @main; mark weights with decoder.weight, or name them with 'weights'"

#all = affine_map<(b, k, n) -> (b, k, n)>
func.func @main(%packed: tensor<2x6xui8>, %x: tensor<3x8xf32>, %scale: tensor<f32>) -> tensor<3x6xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x6xf32>
  %bytes = builtin.unrealized_conversion_cast %packed : tensor<2x6xui8> to tensor<2x6xi8>
  %shifts = arith.constant dense<[0, 2, 4, 6]> : tensor<4xi8>
  %e = tensor.empty() : tensor<4x2x6xf32>
  %parts = linalg.generic {indexing_maps = [affine_map<(b, k, n) -> (b)>, affine_map<(b, k, n) -> (k, n)>, affine_map<(b, k, n) -> ()>, #all],
                           iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%shifts, %bytes, %scale : tensor<4xi8>, tensor<2x6xi8>, tensor<f32>) outs(%e : tensor<4x2x6xf32>) {
  ^bb0(%by: i8, %byte: i8, %s: f32, %out: f32):
    %three = arith.constant 3 : i8
    %one = arith.constant 1 : i8
    %shifted = arith.shrui %byte, %by : i8
    %bits = arith.andi %shifted, %three : i8
    %trit = arith.subi %bits, %one : i8
    %f = arith.sitofp %trit : i8 to f32
    %scaled = arith.mulf %f, %s : f32
    linalg.yield %scaled : f32
  } -> tensor<4x2x6xf32>
  %w = tensor.collapse_shape %parts [[0, 1], [2]] : tensor<4x2x6xf32> into tensor<8x6xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x6xf32>) outs(%zero : tensor<3x6xf32>) -> tensor<3x6xf32>
  return %0 : tensor<3x6xf32>
}
