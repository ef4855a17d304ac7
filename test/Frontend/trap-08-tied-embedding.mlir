// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=json | FileCheck %s --check-prefix=JSON

// The head multiplies with the table that the embedding looks up: one weight, which
// cannot be ternary for one of them alone. Told by the lookup, not by a name.

// CHECK:      class,role,batch,m,n,k
// CHECK-NEXT: dense_projection,lm_head,1,3,20,8
// CHECK-NOT:  {{.}}
// JSON: "kind":"tied_weight","text":"the lm_head shares its weight with the token embedding"

func.func @main(%ids: tensor<3xi64>) -> tensor<3x20xf32> {
  %table = arith.constant dense_resource<__elided__> : tensor<20x8xf32>
  %zx = tensor.empty() : tensor<3x8xf32>
  %zt = tensor.empty() : tensor<8x20xf32>
  %zero = arith.constant dense<0.0> : tensor<3x20xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%ids : tensor<3xi64>) outs(%zx : tensor<3x8xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = arith.index_cast %in : i64 to index
    %j = linalg.index 1 : index
    %element = tensor.extract %table[%i, %j] : tensor<20x8xf32>
    linalg.yield %element : f32
  } -> tensor<3x8xf32>
  %turned = linalg.transpose ins(%table : tensor<20x8xf32>) outs(%zt : tensor<8x20xf32>) permutation = [1, 0]
  %y = linalg.matmul ins(%x, %turned : tensor<3x8xf32>, tensor<8x20xf32>) outs(%zero : tensor<3x20xf32>) -> tensor<3x20xf32>
  return %y : tensor<3x20xf32>
}
