// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s

// A structured op without inputs whose body reads tensors from outside: what it
// concatenates is as much an activation as what it reads.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: attention,1,3,5,8
// CHECK-NOT:  {{.}}

func.func @main(%left: tensor<3x4xf32> {decoder.activation}, %right: tensor<3x4xf32> {decoder.activation},
                %keys: tensor<8x5xf32> {decoder.cache}) -> tensor<3x5xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x5xf32>
  %c4 = arith.constant 4 : index
  %e = tensor.empty() : tensor<3x8xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x8xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %first = arith.cmpi ult, %j, %c4 : index
    %r = scf.if %first -> (f32) {
      %a = tensor.extract %left[%i, %j] : tensor<3x4xf32>
      scf.yield %a : f32
    } else {
      %k = arith.subi %j, %c4 : index
      %b = tensor.extract %right[%i, %k] : tensor<3x4xf32>
      scf.yield %b : f32
    }
    linalg.yield %r : f32
  } -> tensor<3x8xf32>
  %0 = linalg.matmul ins(%q, %keys : tensor<3x8xf32>, tensor<8x5xf32>) outs(%zero : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}
