// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=json | FileCheck %s --check-prefix=JSON

// What the router gives an expert multiplies the expert's rows: an einsum without a
// sum, work on elements.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,4,8
// CHECK-NOT:  {{.}}
// JSON: "complete":true

func.func @main(%x: tensor<3x8xf32> {decoder.activation}, %router: tensor<8x4xf32> {decoder.weight = "mlp.up_proj.weight"},
                %rows: tensor<3x4x8xf32> {decoder.activation}) -> tensor<3x4x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<3x4xf32>
  %z1 = arith.constant dense<0.0> : tensor<3x4x8xf32>
  %gates = linalg.matmul ins(%x, %router : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z0 : tensor<3x4xf32>) -> tensor<3x4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(t, e, d) -> (t, e)>, affine_map<(t, e, d) -> (t, e, d)>, affine_map<(t, e, d) -> (t, e, d)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%gates, %rows : tensor<3x4xf32>, tensor<3x4x8xf32>) outs(%z1 : tensor<3x4x8xf32>) {
  ^bb0(%g: f32, %r: f32, %out: f32):
    %mul = arith.mulf %g, %r : f32
    %add = arith.addf %out, %mul : f32
    linalg.yield %add : f32
  } -> tensor<3x4x8xf32>
  return %0 : tensor<3x4x8xf32>
}
