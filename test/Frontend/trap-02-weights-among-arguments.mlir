// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=json | FileCheck %s --check-prefix=JSON

// Nothing marks an argument, and types do not tell a weight from a cache that is
// only read. The softmax between two products does, and the token ids that all else
// depends on. What was assumed is in the report.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,1,8,8
// CHECK-NEXT: attention,2,1,5,4
// CHECK-NEXT: attention,2,1,4,5
// CHECK-NEXT: matmul_free,1,1,8,8
// CHECK-NOT:  {{.}}
// JSON: "complete":true
// JSON-SAME: {"kind":"weight","text":"taken for weights, as they multiply what depends on the input: {{arguments 1, 5|arguments 0, 1, 5}} of @main"}
// JSON-SAME: {"kind":"activation","text":"taken for keys and values, as there is a softmax between their products: arguments 3, 4 of @main"}

#all = affine_map<(h, j) -> (h, j)>
#row = affine_map<(h, j) -> (h)>
#q = affine_map<(h, j, d) -> (h, d)>
#kv = affine_map<(h, j, d) -> (h, j, d)>
#s = affine_map<(h, j, d) -> (h, j)>
func.func @main(%table: tensor<20x8xf32>, %wq: tensor<8x8xf32>, %id: tensor<1xi64>,
                %keys: tensor<2x5x4xf32>, %values: tensor<2x5x4xf32>, %wo: tensor<8x8xf32>) -> tensor<1x8xf32> {
  %zx = arith.constant dense<0.0> : tensor<1x8xf32>
  %zs = arith.constant dense<0.0> : tensor<2x5xf32>
  %zo = arith.constant dense<0.0> : tensor<2x4xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%id : tensor<1xi64>) outs(%zx : tensor<1x8xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = arith.index_cast %in : i64 to index
    %j = linalg.index 1 : index
    %element = tensor.extract %table[%i, %j] : tensor<20x8xf32>
    linalg.yield %element : f32
  } -> tensor<1x8xf32>
  %q = linalg.matmul ins(%x, %wq : tensor<1x8xf32>, tensor<8x8xf32>) outs(%zx : tensor<1x8xf32>) -> tensor<1x8xf32>
  %heads = tensor.expand_shape %q [[0], [1, 2]] output_shape [1, 2, 4] : tensor<1x8xf32> into tensor<1x2x4xf32>
  %q2 = tensor.collapse_shape %heads [[0, 1], [2]] : tensor<1x2x4xf32> into tensor<2x4xf32>
  %s = linalg.generic {indexing_maps = [#q, #kv, #s], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%q2, %keys : tensor<2x4xf32>, tensor<2x5x4xf32>) outs(%zs : tensor<2x5xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %mul = arith.mulf %a, %b : f32
    %add = arith.addf %out, %mul : f32
    linalg.yield %add : f32
  } -> tensor<2x5xf32>
  %m0 = arith.constant dense<0.0> : tensor<2xf32>
  %empty = tensor.empty() : tensor<2x5xf32>
  %e = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<2x5xf32>) outs(%empty : tensor<2x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %exp = math.exp %in : f32
    linalg.yield %exp : f32
  } -> tensor<2x5xf32>
  %sum = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%e : tensor<2x5xf32>) outs(%m0 : tensor<2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %add = arith.addf %in, %out : f32
    linalg.yield %add : f32
  } -> tensor<2xf32>
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %sum : tensor<2x5xf32>, tensor<2xf32>) outs(%empty : tensor<2x5xf32>) {
  ^bb0(%in: f32, %total: f32, %out: f32):
    %div = arith.divf %in, %total : f32
    linalg.yield %div : f32
  } -> tensor<2x5xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(h, d, j) -> (h, j)>, affine_map<(h, d, j) -> (h, j, d)>, affine_map<(h, d, j) -> (h, d)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%p, %values : tensor<2x5xf32>, tensor<2x5x4xf32>) outs(%zo : tensor<2x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %mul = arith.mulf %a, %b : f32
    %add = arith.addf %out, %mul : f32
    linalg.yield %add : f32
  } -> tensor<2x4xf32>
  %flat = tensor.collapse_shape %o [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
  %y = tensor.expand_shape %flat [[0, 1]] output_shape [1, 8] : tensor<8xf32> into tensor<1x8xf32>
  %r = linalg.matmul ins(%y, %wo : tensor<1x8xf32>, tensor<8x8xf32>) outs(%zx : tensor<1x8xf32>) -> tensor<1x8xf32>
  return %r : tensor<1x8xf32>
}
