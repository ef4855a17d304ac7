// RUN: onebit-opt %s --onebit-raise-contractions --split-input-file | FileCheck %s
// RUN: onebit-opt %s --onebit-raise-contractions --split-input-file -o %t.once
// RUN: onebit-opt %t.once --onebit-raise-contractions --split-input-file | diff %t.once -

// The exponential between two products tells scores from values. The queries'
// projection gives layer and name.

// CHECK-LABEL: func.func @softmax
// CHECK: %[[Q:.+]] = decoder.projection "model.layers.3.self_attn.q_proj" role(q) layer(3)
// CHECK: decoder.attention_product "model.layers.3.self_attn.scores" role(scores) layer(3) ins(%[[Q]], %{{.+}} :
// CHECK: %[[P:.+]] = linalg.generic
// CHECK: decoder.attention_product "model.layers.3.self_attn.values" role(values) layer(3) ins(%[[P]], %{{.+}} :
func.func @softmax(%x: tensor<2x8xf32> {decoder.activation}, %wq: tensor<8x8xf32> {decoder.weight = "model.layers.3.self_attn.q_proj.weight"},
                   %k: tensor<8x5xf32> {decoder.cache}, %v: tensor<5x8xf32> {decoder.cache}) -> tensor<2x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<2x8xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x5xf32>
  %q = linalg.matmul ins(%x, %wq : tensor<2x8xf32>, tensor<8x8xf32>) outs(%z0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %s = linalg.matmul ins(%q, %k : tensor<2x8xf32>, tensor<8x5xf32>) outs(%z1 : tensor<2x5xf32>) -> tensor<2x5xf32>
  %e = tensor.empty() : tensor<2x5xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<2x5xf32>) outs(%e : tensor<2x5xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = math.exp %in : f32
    linalg.yield %1 : f32
  } -> tensor<2x5xf32>
  %0 = linalg.matmul ins(%p, %v : tensor<2x5xf32>, tensor<5x8xf32>) outs(%z0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

// -----

// Trap 13: an einsum may write keys before queries and values before
// probabilities. What the values sum over are the keys: both products turn, and
// M is the tokens' side of both.

// CHECK-DAG: #[[$KE:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$QE:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-DAG: #[[$KQ:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-LABEL: func.func @trap_13_keys_and_values_left
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<4x2x8xf32>
// CHECK-SAME:    %[[K:[a-z0-9]+]]: tensor<4x5x8xf32>
// CHECK-SAME:    %[[V:[a-z0-9]+]]: tensor<4x8x5xf32>
// CHECK: decoder.attention_product role(scores) ins(%[[Q]], %[[K]] : tensor<4x2x8xf32>, tensor<4x5x8xf32>) maps [#[[$QE]], #[[$KE]], #[[$KQ]]] -> tensor<4x5x2xf32>
// CHECK: %[[P:.+]] = linalg.transpose
// CHECK: decoder.attention_product role(values) ins(%[[P]], %[[V]] : tensor<4x2x5xf32>, tensor<4x8x5xf32>)
func.func @trap_13_keys_and_values_left(%q: tensor<4x2x8xf32> {decoder.activation}, %k: tensor<4x5x8xf32> {decoder.cache},
                                        %v: tensor<4x8x5xf32> {decoder.cache}) -> tensor<4x8x2xf32> {
  %z0 = arith.constant dense<0.0> : tensor<4x5x2xf32>
  %s = linalg.batch_matmul indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>]
      ins(%k, %q : tensor<4x5x8xf32>, tensor<4x2x8xf32>) outs(%z0 : tensor<4x5x2xf32>) -> tensor<4x5x2xf32>
  %e = tensor.empty() : tensor<4x5x2xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (b, i, j)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s : tensor<4x5x2xf32>) outs(%e : tensor<4x5x2xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = math.exp %in : f32
    linalg.yield %1 : f32
  } -> tensor<4x5x2xf32>
  %et = tensor.empty() : tensor<4x2x5xf32>
  %p = linalg.transpose ins(%x : tensor<4x5x2xf32>) outs(%et : tensor<4x2x5xf32>) permutation = [0, 2, 1]
  %z1 = arith.constant dense<0.0> : tensor<4x8x2xf32>
  %0 = linalg.batch_matmul indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>]
      ins(%v, %p : tensor<4x8x5xf32>, tensor<4x2x5xf32>) outs(%z1 : tensor<4x8x2xf32>) -> tensor<4x8x2xf32>
  return %0 : tensor<4x8x2xf32>
}

// -----

// One key attended: the sums are over one element, and it is attention still.

// CHECK-LABEL: func.func @one_key
// CHECK: decoder.attention_product role(scores) ins({{.*}} : tensor<1x8xf32>, tensor<8x1xf32>)
// CHECK: decoder.attention_product role(values) ins({{.*}} : tensor<1x1xf32>, tensor<1x8xf32>)
func.func @one_key(%q: tensor<1x8xf32> {decoder.activation}, %k: tensor<8x1xf32> {decoder.activation}, %v: tensor<1x8xf32> {decoder.activation}) -> tensor<1x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<1x1xf32>
  %s = linalg.matmul ins(%q, %k : tensor<1x8xf32>, tensor<8x1xf32>) outs(%z0 : tensor<1x1xf32>) -> tensor<1x1xf32>
  %p = math.exp %s : tensor<1x1xf32>
  %z1 = arith.constant dense<0.0> : tensor<1x8xf32>
  %0 = linalg.matmul ins(%p, %v : tensor<1x1xf32>, tensor<1x8xf32>) outs(%z1 : tensor<1x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

// Grouped queries, the group a dimension of its own: 2 key-value heads with 3
// query heads each are 6 products in each of scores and values. What comes from
// the features of the query projection are heads, the rest are tokens.

// CHECK-LABEL: func.func @query_groups_as_loops
// CHECK: decoder.attention_product "attn.scores" role(scores) query_groups([1])
// CHECK-SAME: ins({{.*}} : tensor<2x3x4x8xf32>, tensor<2x5x8xf32>)
// CHECK: decoder.attention_product "attn.values" role(values) query_groups([1])
// CHECK-SAME: ins({{.*}} : tensor<2x3x4x5xf32>, tensor<2x5x8xf32>)
func.func @query_groups_as_loops(%x: tensor<4x16xf32> {decoder.activation}, %wq: tensor<16x48xf32> {decoder.weight = "attn.q_proj.weight"},
                                 %k: tensor<2x5x8xf32> {decoder.cache}, %v: tensor<2x5x8xf32> {decoder.cache}) -> tensor<2x3x4x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<4x48xf32>
  %f = linalg.matmul ins(%x, %wq : tensor<4x16xf32>, tensor<16x48xf32>) outs(%z0 : tensor<4x48xf32>) -> tensor<4x48xf32>
  %h = tensor.expand_shape %f [[0], [1, 2, 3]] output_shape [4, 2, 3, 8] : tensor<4x48xf32> into tensor<4x2x3x8xf32>
  %e = tensor.empty() : tensor<2x3x4x8xf32>
  %q = linalg.transpose ins(%h : tensor<4x2x3x8xf32>) outs(%e : tensor<2x3x4x8xf32>) permutation = [1, 2, 0, 3]
  %z1 = arith.constant dense<0.0> : tensor<2x3x4x5xf32>
  %s = linalg.contract indexing_maps = [affine_map<(kv, g, t, l, e) -> (kv, g, t, e)>, affine_map<(kv, g, t, l, e) -> (kv, l, e)>, affine_map<(kv, g, t, l, e) -> (kv, g, t, l)>]
      ins(%q, %k : tensor<2x3x4x8xf32>, tensor<2x5x8xf32>) outs(%z1 : tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32>
  %p = math.exp %s : tensor<2x3x4x5xf32>
  %z2 = arith.constant dense<0.0> : tensor<2x3x4x8xf32>
  %0 = linalg.contract indexing_maps = [affine_map<(kv, g, t, l, e) -> (kv, g, t, l)>, affine_map<(kv, g, t, l, e) -> (kv, l, e)>, affine_map<(kv, g, t, l, e) -> (kv, g, t, e)>]
      ins(%p, %v : tensor<2x3x4x5xf32>, tensor<2x5x8xf32>) outs(%z2 : tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  return %0 : tensor<2x3x4x8xf32>
}

// -----

// The group merged into rows with the tokens: taken apart again, nothing moves.

// CHECK-LABEL: func.func @query_groups_in_rows
// CHECK: %[[Q:.+]] = tensor.expand_shape %{{.+}} {{\[\[}}0], [1, 2], [3]] output_shape [2, 3, 4, 8] : tensor<2x12x8xf32> into tensor<2x3x4x8xf32>
// CHECK: %[[S:.+]] = decoder.attention_product "attn.scores" role(scores) query_groups([1]) ins(%[[Q]], %{{.+}} : tensor<2x3x4x8xf32>, tensor<2x8x5xf32>)
// CHECK: tensor.collapse_shape %[[S]] {{\[\[}}0], [1, 2], [3]] : tensor<2x3x4x5xf32> into tensor<2x12x5xf32>
// CHECK: %[[P:.+]] = tensor.expand_shape %{{.+}} {{\[\[}}0], [1, 2], [3]] output_shape [2, 3, 4, 5] : tensor<2x12x5xf32> into tensor<2x3x4x5xf32>
// CHECK: %[[Y:.+]] = decoder.attention_product "attn.values" role(values) query_groups([1]) ins(%[[P]], %{{.+}} : tensor<2x3x4x5xf32>, tensor<2x5x8xf32>)
// CHECK: tensor.collapse_shape %[[Y]] {{\[\[}}0], [1, 2], [3]] : tensor<2x3x4x8xf32> into tensor<2x12x8xf32>
func.func @query_groups_in_rows(%x: tensor<4x16xf32> {decoder.activation}, %wq: tensor<16x48xf32> {decoder.weight = "attn.q_proj.weight"},
                                %k: tensor<2x8x5xf32> {decoder.cache}, %v: tensor<2x5x8xf32> {decoder.cache}) -> tensor<2x12x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<4x48xf32>
  %f = linalg.matmul ins(%x, %wq : tensor<4x16xf32>, tensor<16x48xf32>) outs(%z0 : tensor<4x48xf32>) -> tensor<4x48xf32>
  %h = tensor.expand_shape %f [[0], [1, 2, 3]] output_shape [4, 2, 3, 8] : tensor<4x48xf32> into tensor<4x2x3x8xf32>
  %e = tensor.empty() : tensor<2x3x4x8xf32>
  %t = linalg.transpose ins(%h : tensor<4x2x3x8xf32>) outs(%e : tensor<2x3x4x8xf32>) permutation = [1, 2, 0, 3]
  %q = tensor.collapse_shape %t [[0], [1, 2], [3]] : tensor<2x3x4x8xf32> into tensor<2x12x8xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x12x5xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x12x8xf32>, tensor<2x8x5xf32>) outs(%z1 : tensor<2x12x5xf32>) -> tensor<2x12x5xf32>
  %p = math.exp %s : tensor<2x12x5xf32>
  %z2 = arith.constant dense<0.0> : tensor<2x12x8xf32>
  %0 = linalg.batch_matmul ins(%p, %v : tensor<2x12x5xf32>, tensor<2x5x8xf32>) outs(%z2 : tensor<2x12x8xf32>) -> tensor<2x12x8xf32>
  return %0 : tensor<2x12x8xf32>
}

// -----

// One token: the rows are query heads altogether.

// CHECK-LABEL: func.func @query_groups_of_one_token
// CHECK: decoder.attention_product "attn.scores" role(scores) query_groups([1]) ins({{.*}} : tensor<2x3x8xf32>, tensor<2x8x5xf32>)
func.func @query_groups_of_one_token(%x: tensor<1x16xf32> {decoder.activation}, %wq: tensor<16x48xf32> {decoder.weight = "attn.q_proj.weight"},
                                     %k: tensor<2x8x5xf32> {decoder.cache}, %v: tensor<2x5x8xf32> {decoder.cache}) -> tensor<2x3x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<1x48xf32>
  %f = linalg.matmul ins(%x, %wq : tensor<1x16xf32>, tensor<16x48xf32>) outs(%z0 : tensor<1x48xf32>) -> tensor<1x48xf32>
  %c = tensor.collapse_shape %f [[0, 1]] : tensor<1x48xf32> into tensor<48xf32>
  %q = tensor.expand_shape %c [[0, 1, 2]] output_shape [2, 3, 8] : tensor<48xf32> into tensor<2x3x8xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x3x5xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x3x8xf32>, tensor<2x8x5xf32>) outs(%z1 : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %p = math.exp %s : tensor<2x3x5xf32>
  %z2 = arith.constant dense<0.0> : tensor<2x3x8xf32>
  %0 = linalg.batch_matmul ins(%p, %v : tensor<2x3x5xf32>, tensor<2x5x8xf32>) outs(%z2 : tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %0 : tensor<2x3x8xf32>
}

// -----

// Tokens are rows, whatever their number; and an exponential alone (a SiLU)
// makes no softmax.

// CHECK-LABEL: func.func @no_groups_no_softmax
// CHECK: decoder.projection "mlp.gate_proj" role(gate)
// CHECK: decoder.projection "mlp.down_proj" role(down)
// CHECK: decoder.attention_product role(other) ins({{.*}} : tensor<4x16xf32>, tensor<4x16xf32>)
func.func @no_groups_no_softmax(%x: tensor<4x16xf32> {decoder.activation}, %gate: tensor<16x16xf32> {decoder.weight = "mlp.gate_proj.weight"},
                                %down: tensor<16x16xf32> {decoder.weight = "mlp.down_proj.weight"}) -> tensor<4x4xf32> {
  %z0 = arith.constant dense<0.0> : tensor<4x16xf32>
  %g = linalg.matmul ins(%x, %gate : tensor<4x16xf32>, tensor<16x16xf32>) outs(%z0 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %a = math.exp %g : tensor<4x16xf32>
  %d = linalg.matmul ins(%a, %down : tensor<4x16xf32>, tensor<16x16xf32>) outs(%z0 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %z1 = arith.constant dense<0.0> : tensor<4x4xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%d, %a : tensor<4x16xf32>, tensor<4x16xf32>) outs(%z1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
