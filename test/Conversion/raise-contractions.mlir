// RUN: onebit-opt %s --allow-unregistered-dialect --onebit-raise-contractions --split-input-file | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --onebit-raise-contractions --split-input-file -o %t.once
// RUN: onebit-opt %t.once --allow-unregistered-dialect --onebit-raise-contractions --split-input-file | diff %t.once -

// The weight stands right of the activation, its name gives role and layer. A
// module with nothing to assume gets no assumptions.

// CHECK-DAG: #[[$A:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$B:.+]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[$C:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK: module {
// CHECK-LABEL: func.func @matmul
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<3x8xf32>
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<8x4xf32>
func.func @matmul(%x: tensor<3x8xf32> {decoder.activation},
                  %w: tensor<8x4xf32> {decoder.weight = "model.layers.7.mlp.up_proj.weight"})
    -> tensor<3x4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<3x4xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%empty : tensor<3x4xf32>) -> tensor<3x4xf32>
  // CHECK-NEXT: %[[Y:.+]] = decoder.projection "model.layers.7.mlp.up_proj" role(up) layer(7)
  // CHECK-SAME: ins(%[[X]], %[[W]] : tensor<3x8xf32>, tensor<8x4xf32>)
  // CHECK-SAME: maps [#[[$A]], #[[$B]], #[[$C]]] -> tensor<3x4xf32>
  // CHECK-NEXT: return %[[Y]]
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>)
      outs(%fill : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// The weight on the left: the operands change places, and with them the maps.

// CHECK-DAG: #[[$W:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$X:.+]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-LABEL: func.func @weight_left
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<8x3xf32>
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<4x8xf32>
func.func @weight_left(%x: tensor<8x3xf32> {decoder.activation},
                       %w: tensor<4x8xf32> {decoder.weight = "w"}) -> tensor<4x3xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x3xf32>
  // CHECK: decoder.projection "w" role(other) ins(%[[X]], %[[W]] :
  // CHECK-SAME: maps [#[[$X]], #[[$W]],
  %0 = linalg.matmul ins(%w, %x : tensor<4x8xf32>, tensor<8x3xf32>)
      outs(%zero : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// -----

// Every named form is read through its maps, not its name.

// CHECK-LABEL: func.func @named_forms
func.func @named_forms(%row: tensor<8xf32> {decoder.activation},
                       %rows: tensor<3x8xf32> {decoder.activation},
                       %packs: tensor<1x2x4x4xf32> {decoder.activation},
                       %v: tensor<8xf32> {decoder.weight = "v"},
                       %w: tensor<4x8xf32> {decoder.weight = "w"},
                       %p: tensor<1x2x4x4xf32> {decoder.weight = "p"})
    -> (tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<1x1x4x4xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<f32>
  %z1 = arith.constant dense<0.0> : tensor<4xf32>
  %z2 = arith.constant dense<0.0> : tensor<3x4xf32>
  %z4 = arith.constant dense<0.0> : tensor<1x1x4x4xf32>
  %et = tensor.empty() : tensor<8x4xf32>
  %wt = linalg.transpose ins(%w : tensor<4x8xf32>) outs(%et : tensor<8x4xf32>) permutation = [1, 0]
  // CHECK-NOT: linalg
  // CHECK: decoder.projection "w" role(other) ins({{.*}} : tensor<8xf32>, tensor<4x8xf32>)
  %0 = linalg.matvec ins(%w, %row : tensor<4x8xf32>, tensor<8xf32>) outs(%z1 : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: decoder.projection "w" role(other) ins({{.*}} : tensor<8xf32>, tensor<4x8xf32>)
  %1 = linalg.vecmat ins(%row, %wt : tensor<8xf32>, tensor<8x4xf32>) outs(%z1 : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: decoder.projection "v" role(other) ins({{.*}} : tensor<8xf32>, tensor<8xf32>)
  %2 = linalg.dot ins(%row, %v : tensor<8xf32>, tensor<8xf32>) outs(%z0 : tensor<f32>) -> tensor<f32>
  // CHECK: decoder.projection "w" role(other) ins({{.*}} : tensor<3x8xf32>, tensor<4x8xf32>)
  %3 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%rows, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%z2 : tensor<3x4xf32>) -> tensor<3x4xf32>
  // CHECK: decoder.projection "w" role(other) ins({{.*}} : tensor<3x8xf32>, tensor<4x8xf32>)
  %4 = linalg.contract indexing_maps = [affine_map<(n, k, m) -> (m, k)>, affine_map<(n, k, m) -> (n, k)>, affine_map<(n, k, m) -> (m, n)>]
      ins(%rows, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%z2 : tensor<3x4xf32>) -> tensor<3x4xf32>
  // CHECK: decoder.projection "p" role(other) ins({{.*}} : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>)
  %5 = linalg.mmt4d ins(%packs, %p : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) outs(%z4 : tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<1x1x4x4xf32>
}

// -----

// A projection of one feature.

// CHECK-LABEL: func.func @one_feature
func.func @one_feature(%x: tensor<3x1xf32> {decoder.activation},
                       %w: tensor<1x4xf32> {decoder.weight = "w"}) -> tensor<3x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  // CHECK: decoder.projection "w" role(other)
  %0 = linalg.matmul ins(%x, %w : tensor<3x1xf32>, tensor<1x4xf32>)
      outs(%zero : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Trap 1 and 18: a sum over one element is no product of matrices: rotary
// angles, masks, the gates of experts.

// CHECK-LABEL: func.func @trap_1_outer_product
func.func @trap_1_outer_product(%frequency: tensor<1x16x1xf32> {decoder.weight = "inv_freq"},
                                %position: tensor<1x1x5xf32> {decoder.activation},
                                %rows: tensor<4x6xf32> {decoder.activation},
                                %gate: tensor<4xf32> {decoder.activation})
    -> (tensor<1x16x5xf32>, tensor<4x6xf32>) {
  %z0 = arith.constant dense<0.0> : tensor<1x16x5xf32>
  %z1 = arith.constant dense<0.0> : tensor<4x6xf32>
  // CHECK-NOT: decoder.{{projection|attention}}
  // CHECK: linalg.batch_matmul
  // CHECK-NOT: decoder.{{projection|attention}}
  %0 = linalg.batch_matmul ins(%frequency, %position : tensor<1x16x1xf32>, tensor<1x1x5xf32>)
      outs(%z0 : tensor<1x16x5xf32>) -> tensor<1x16x5xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%rows, %gate : tensor<4x6xf32>, tensor<4xf32>) outs(%z1 : tensor<4x6xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %2 = arith.mulf %a, %b : f32
    %3 = arith.addf %out, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<4x6xf32>
  return %0, %1 : tensor<1x16x5xf32>, tensor<4x6xf32>
}

// -----

// Trap 2: arguments that nothing marks and nothing tells apart are activations, and
// that is said once: the report is not complete.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: #decoder.assumption<kind = not_visible, text = "nothing tells weights from activations, all are taken for activations: arguments 0, 1 of @trap_2_unmarked_arguments; mark weights with decoder.weight, or name them with 'weights'">]}
// CHECK-LABEL: func.func @trap_2_unmarked_arguments
func.func @trap_2_unmarked_arguments(%x: tensor<3x8xf32>, %w: tensor<8x4xf32>, %ids: tensor<3xi64>)
    -> tensor<3x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  // CHECK: decoder.attention_product role(other)
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>)
      outs(%zero : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Trap 3: one flat weight, sliced, converted, reshaped, transposed.

// CHECK-LABEL: func.func @trap_3_sliced_weight
// CHECK: %[[WIDE:.+]] = linalg.generic
// CHECK: decoder.projection "flat" role(other) ins({{.*}}, %[[WIDE]] : tensor<3x8xf32>, tensor<4x8xf32>)
// CHECK-SAME: maps [#{{.+}}, #[[$NK:.+]], #{{.+}}]
func.func @trap_3_sliced_weight(%x: tensor<3x8xf32> {decoder.activation},
                                %flat: tensor<640xf16> {decoder.weight = "flat"}) -> tensor<3x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  %slice = tensor.extract_slice %flat[64] [32] [1] : tensor<640xf16> to tensor<32xf16>
  %matrix = tensor.expand_shape %slice [[0, 1]] output_shape [4, 8] : tensor<32xf16> into tensor<4x8xf16>
  %e = tensor.empty() : tensor<4x8xf32>
  %wide = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                          iterator_types = ["parallel", "parallel"]}
      ins(%matrix : tensor<4x8xf16>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f16, %out: f32):
    %1 = arith.extf %in : f16 to f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  %et = tensor.empty() : tensor<8x4xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%wide : tensor<4x8xf32>) outs(%et : tensor<8x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<8x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>)
      outs(%zero : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Trap 4: a weight that is repeated for each batch entry does not have the
// batch: its projection is one product of 2 x 3 rows.

// CHECK-DAG: #[[$X:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$W:.+]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-LABEL: func.func @trap_4_broadcast_weight
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<2x3x8xf32>
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<4x8xf32>
// CHECK-NEXT: decoder.projection "w" role(other) ins(%[[X]], %[[W]] : tensor<2x3x8xf32>, tensor<4x8xf32>)
// CHECK-SAME: maps [#[[$X]], #[[$W]], #{{.+}}]
func.func @trap_4_broadcast_weight(%x: tensor<2x3x8xf32> {decoder.activation},
                                   %w: tensor<4x8xf32> {decoder.weight = "w"}) -> tensor<2x3x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %et = tensor.empty() : tensor<8x4xf32>
  %t = linalg.transpose ins(%w : tensor<4x8xf32>) outs(%et : tensor<8x4xf32>) permutation = [1, 0]
  %eb = tensor.empty() : tensor<2x8x4xf32>
  %b = linalg.generic {indexing_maps = [affine_map<(b, i, j) -> (i, j)>, affine_map<(b, i, j) -> (b, i, j)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%t : tensor<8x4xf32>) outs(%eb : tensor<2x8x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<2x8x4xf32>
  %0 = linalg.batch_matmul ins(%x, %b : tensor<2x3x8xf32>, tensor<2x8x4xf32>)
      outs(%zero : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// The same where the repeated weight was worked on since: its first entry is as
// good as any.

// CHECK-LABEL: func.func @trap_4_broadcast_then_converted
// CHECK: %[[WIDE:.+]] = linalg.generic
// CHECK: %[[ONE:.+]] = tensor.extract_slice %[[WIDE]][0, 0, 0] [1, 8, 4] [1, 1, 1] : tensor<2x8x4xf32> to tensor<8x4xf32>
// CHECK: decoder.projection "w" role(other) ins({{.*}}, %[[ONE]] : tensor<2x3x8xf32>, tensor<8x4xf32>)
func.func @trap_4_broadcast_then_converted(%x: tensor<2x3x8xf32> {decoder.activation},
                                           %w: tensor<8x4xf16> {decoder.weight = "w"}) -> tensor<2x3x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %eb = tensor.empty() : tensor<2x8x4xf16>
  %b = linalg.broadcast ins(%w : tensor<8x4xf16>) outs(%eb : tensor<2x8x4xf16>) dimensions = [0]
  %ew = tensor.empty() : tensor<2x8x4xf32>
  %wide = linalg.generic {indexing_maps = [affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (b, i, j)>],
                          iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%b : tensor<2x8x4xf16>) outs(%ew : tensor<2x8x4xf32>) {
  ^bb0(%in: f16, %out: f32):
    %1 = arith.extf %in : f16 to f32
    linalg.yield %1 : f32
  } -> tensor<2x8x4xf32>
  %0 = linalg.batch_matmul ins(%x, %wide : tensor<2x3x8xf32>, tensor<2x8x4xf32>)
      outs(%zero : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// A weight of its own for each batch entry keeps the batch.

// CHECK-LABEL: func.func @weight_per_batch_entry
// CHECK: decoder.projection "experts" role(other) ins({{.*}} : tensor<2x3x8xf32>, tensor<2x8x4xf32>)
func.func @weight_per_batch_entry(%x: tensor<2x3x8xf32> {decoder.activation},
                                  %w: tensor<2x8x4xf32> {decoder.weight = "experts"}) -> tensor<2x3x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %0 = linalg.batch_matmul ins(%x, %w : tensor<2x3x8xf32>, tensor<2x8x4xf32>)
      outs(%zero : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// Trap 5: two dimensions to sum over, mixed element types, converted in the body.

// CHECK-DAG: #[[$X:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-DAG: #[[$W:.+]] = affine_map<(d0, d1, d2, d3) -> (d1, d2, d3)>
// CHECK-LABEL: func.func @trap_5_two_reductions
// CHECK: decoder.projection "w" role(other) ins({{.*}} : tensor<3x2x8xi8>, tensor<4x2x8xi8>) maps [#[[$X]], #[[$W]], #{{.+}}] -> tensor<3x4xi32>
func.func @trap_5_two_reductions(%x: tensor<3x2x8xi8> {decoder.activation},
                                 %w: tensor<4x2x8xi8> {decoder.weight = "w"}) -> tensor<3x4xi32> {
  %zero = arith.constant dense<0> : tensor<3x4xi32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, g, k) -> (n, g, k)>, affine_map<(m, n, g, k) -> (m, g, k)>, affine_map<(m, n, g, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%w, %x : tensor<4x2x8xi8>, tensor<3x2x8xi8>) outs(%zero : tensor<3x4xi32>) {
  ^bb0(%a: i8, %b: i8, %out: i32):
    %1 = arith.extsi %a : i8 to i32
    %2 = arith.extsi %b : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %3, %out : i32
    linalg.yield %4 : i32
  } -> tensor<3x4xi32>
  return %0 : tensor<3x4xi32>
}

// -----

// Trap 6: what the sum starts from. A bias is read where it was before it was
// broadcast; a zero, however it is made, is none.

// CHECK-DAG: #[[$N:.+]] = affine_map<(d0, d1, d2) -> (d1)>
// CHECK-DAG: #[[$MN:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @trap_6_init
// CHECK-SAME:    %[[BIAS:[a-z0-9]+]]: tensor<4xf32> {decoder.weight = "bias"}
// CHECK-SAME:    %[[SUM:[a-z0-9]+]]: tensor<3x4xf32>
func.func @trap_6_init(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"},
                       %bias: tensor<4xf32> {decoder.weight = "bias"}, %sum: tensor<3x4xf32> {decoder.activation})
    -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) {
  // CHECK: decoder.projection "w" role(other) ins({{.*}}) init(%[[BIAS]] : tensor<4xf32>) maps [#{{.+}}, #{{.+}}, #[[$MN]], #[[$N]]]
  %e = tensor.empty() : tensor<3x4xf32>
  %b = linalg.broadcast ins(%bias : tensor<4xf32>) outs(%e : tensor<3x4xf32>) dimensions = [0]
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%b : tensor<3x4xf32>) -> tensor<3x4xf32>
  // CHECK: decoder.projection "w" role(other) ins({{.*}}) init(%[[SUM]] : tensor<3x4xf32>) maps [#{{.+}}, #{{.+}}, #[[$MN]], #[[$MN]]]
  %1 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%sum : tensor<3x4xf32>) -> tensor<3x4xf32>
  // CHECK: decoder.projection "w" role(other) ins({{.*}}) maps [#{{.+}}, #{{.+}}, #[[$MN]]]
  %zero = arith.constant dense<0.0> : tensor<f32>
  %z = linalg.broadcast ins(%zero : tensor<f32>) outs(%e : tensor<3x4xf32>) dimensions = [0, 1]
  %2 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0, %1, %2 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>
}

// -----

// Trap 7: what cannot be seen is said, and where.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "1 operation multiplies and adds but is not counted: its indexing maps are not projected permutations"
// CHECK-SAME: kind = not_visible, text = "1 loop multiplies element by element: products written so, attention among them, are not counted"
// CHECK-SAME: kind = not_visible, text = "2 operations of a dialect that is not known here may hide products, attention among them: tm_tensor.attention, tm_tensor.blend"
// CHECK-LABEL: func.func @trap_7_hidden
func.func @trap_7_hidden(%q: tensor<4x8x16xf32> {decoder.activation}, %k: tensor<4x8x16xf32> {decoder.cache},
                         %signal: tensor<1x18xf32> {decoder.activation}, %filter: tensor<3xf32> {decoder.weight = "conv"},
                         %a: memref<8xf32> {decoder.activation}, %b: memref<8xf32> {decoder.activation})
    -> (tensor<4x8x16xf32>, tensor<1x16xf32>) {
  %blend = "tm_tensor.blend"(%q, %k) : (tensor<4x8x16xf32>, tensor<4x8x16xf32>) -> tensor<4x8x16xf32>
  %0 = "tm_tensor.attention"(%blend, %k, %k) : (tensor<4x8x16xf32>, tensor<4x8x16xf32>, tensor<4x8x16xf32>) -> tensor<4x8x16xf32>
  %zero = arith.constant dense<0.0> : tensor<1x16xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(n, w, f) -> (n, w + f)>, affine_map<(n, w, f) -> (f)>, affine_map<(n, w, f) -> (n, w)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%signal, %filter : tensor<1x18xf32>, tensor<3xf32>) outs(%zero : tensor<1x16xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %3 = arith.mulf %x, %y : f32
    %4 = arith.addf %out, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<1x16xf32>
  affine.for %i = 0 to 8 {
    %x = affine.load %a[%i] : memref<8xf32>
    %y = arith.mulf %x, %x : f32
    affine.store %y, %b[%i] : memref<8xf32>
  }
  // Known to hold no product.
  %sorted = "tm_tensor.sort"(%0, %k) : (tensor<4x8x16xf32>, tensor<4x8x16xf32>) -> tensor<4x8x16xf32>
  return %sorted, %1 : tensor<4x8x16xf32>, tensor<1x16xf32>
}

// -----

// Trap 8: the head multiplies with the table that the embedding looks up.

// CHECK: kind = tied_weight, text = "the lm_head shares its weight 'model.wte.weight' with the token embedding"
// CHECK-LABEL: func.func @trap_8_tied_embedding
func.func @trap_8_tied_embedding(%ids: tensor<3xi64> {decoder.activation},
                                 %wte: tensor<50x8xf32> {decoder.weight = "model.wte.weight"},
                                 %w: tensor<8x8xf32> {decoder.weight = "h.0.mlp.c_fc.weight"}) -> tensor<3x50xf32> {
  %e = tensor.empty() : tensor<3x8xf32>
  %rows = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
                          iterator_types = ["parallel", "parallel"]}
      ins(%ids : tensor<3xi64>) outs(%e : tensor<3x8xf32>) {
  ^bb0(%id: i64, %out: f32):
    %row = arith.index_cast %id : i64 to index
    %column = linalg.index 1 : index
    %x = tensor.extract %wte[%row, %column] : tensor<50x8xf32>
    linalg.yield %x : f32
  } -> tensor<3x8xf32>
  %z0 = arith.constant dense<0.0> : tensor<3x8xf32>
  // An embedding row is picked from a weight and is the activation here.
  // CHECK: decoder.projection "h.0.mlp.c_fc" role(up) layer(0) ins({{.*}} : tensor<3x8xf32>, tensor<8x8xf32>)
  %h = linalg.matmul ins(%rows, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z0 : tensor<3x8xf32>) -> tensor<3x8xf32>
  %et = tensor.empty() : tensor<8x50xf32>
  %t = linalg.transpose ins(%wte : tensor<50x8xf32>) outs(%et : tensor<8x50xf32>) permutation = [1, 0]
  %z1 = arith.constant dense<0.0> : tensor<3x50xf32>
  // CHECK: decoder.projection "lm_head" role(lm_head) ins({{.*}} : tensor<3x8xf32>, tensor<50x8xf32>)
  %0 = linalg.matmul ins(%h, %t : tensor<3x8xf32>, tensor<8x50xf32>) outs(%z1 : tensor<3x50xf32>) -> tensor<3x50xf32>
  return %0 : tensor<3x50xf32>
}

// -----

// Without names: the last projection, if it has a column for each row of the
// table that was looked up.

// CHECK-LABEL: func.func @unnamed_head
func.func @unnamed_head(%ids: tensor<3xi64> {decoder.activation}) -> tensor<3x50xf32> {
  %table = arith.constant dense_resource<__elided__> : tensor<50x8xf32>
  %w = arith.constant dense_resource<__elided__> : tensor<8x50xf32>
  %e = tensor.empty() : tensor<3x8xf32>
  %rows = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
                          iterator_types = ["parallel", "parallel"]}
      ins(%ids : tensor<3xi64>) outs(%e : tensor<3x8xf32>) {
  ^bb0(%id: i64, %out: f32):
    %row = arith.index_cast %id : i64 to index
    %column = linalg.index 1 : index
    %x = tensor.extract %table[%row, %column] : tensor<50x8xf32>
    linalg.yield %x : f32
  } -> tensor<3x8xf32>
  %zero = arith.constant dense<0.0> : tensor<3x50xf32>
  // CHECK: decoder.projection role(lm_head)
  %0 = linalg.matmul ins(%rows, %w : tensor<3x8xf32>, tensor<8x50xf32>) outs(%zero : tensor<3x50xf32>) -> tensor<3x50xf32>
  return %0 : tensor<3x50xf32>
}

// -----

// Trap 11: the expert's weight is picked by the router, and still a weight.

// CHECK-LABEL: func.func @trap_11_picked_expert
// CHECK: decoder.projection "layers.0.mlp.gate" role(router) layer(0) ins({{.*}} : tensor<3x32xf32>, tensor<32x2xf32>)
// CHECK: linalg.generic
// CHECK: %[[W:.+]] = linalg.generic
// CHECK: decoder.projection "layers.0.mlp.experts.down_proj" role(down) layer(0) ins({{.*}}, %[[W]] : tensor<3x32xf32>, tensor<3x32x8xf32>)
func.func @trap_11_picked_expert(%x: tensor<3x32xf32> {decoder.activation},
                                 %router: tensor<32x2xf32> {decoder.weight = "layers.0.mlp.gate.weight"},
                                 %experts: tensor<2x32x8xf32> {decoder.weight = "layers.0.mlp.experts.down_proj"}) -> tensor<3x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<3x2xf32>
  %logits = linalg.matmul ins(%x, %router : tensor<3x32xf32>, tensor<32x2xf32>) outs(%z0 : tensor<3x2xf32>) -> tensor<3x2xf32>
  %ec = tensor.empty() : tensor<3xindex>
  %choice = linalg.generic {indexing_maps = [affine_map<(t) -> (t, 0)>, affine_map<(t) -> (t)>], iterator_types = ["parallel"]}
      ins(%logits : tensor<3x2xf32>) outs(%ec : tensor<3xindex>) {
  ^bb0(%in: f32, %out: index):
    %i = arith.fptosi %in : f32 to i32
    %j = arith.index_cast %i : i32 to index
    linalg.yield %j : index
  } -> tensor<3xindex>
  %ew = tensor.empty() : tensor<3x32x8xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(t, k, n) -> (t)>, affine_map<(t, k, n) -> (t, k, n)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%choice : tensor<3xindex>) outs(%ew : tensor<3x32x8xf32>) {
  ^bb0(%e: index, %out: f32):
    %k = linalg.index 1 : index
    %n = linalg.index 2 : index
    %v = tensor.extract %experts[%e, %k, %n] : tensor<2x32x8xf32>
    linalg.yield %v : f32
  } -> tensor<3x32x8xf32>
  %z1 = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.batch_vecmat ins(%x, %w : tensor<3x32xf32>, tensor<3x32x8xf32>) outs(%z1 : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// Trap 12: a concatenation without operands, whose body reads what it joins.

// CHECK-LABEL: func.func @trap_12_captured_tensors
// CHECK: decoder.attention_product
func.func @trap_12_captured_tensors(%q: tensor<4x2x8xf32> {decoder.activation}, %k: tensor<4x8x5xf32> {decoder.cache}) -> tensor<4x2x5xf32> {
  %e = tensor.empty() : tensor<4x2x8xf32>
  %c4 = arith.constant 4 : index
  %rotated = linalg.generic {indexing_maps = [affine_map<(h, t, e) -> (h, t, e)>], iterator_types = ["parallel", "parallel", "parallel"]}
      outs(%e : tensor<4x2x8xf32>) {
  ^bb0(%out: f32):
    %h = linalg.index 0 : index
    %t = linalg.index 1 : index
    %i = linalg.index 2 : index
    %low = arith.cmpi ult, %i, %c4 : index
    %x = scf.if %low -> f32 {
      %j = arith.addi %i, %c4 : index
      %y = tensor.extract %q[%h, %t, %j] : tensor<4x2x8xf32>
      scf.yield %y : f32
    } else {
      %j = arith.subi %i, %c4 : index
      %y = tensor.extract %q[%h, %t, %j] : tensor<4x2x8xf32>
      scf.yield %y : f32
    }
    linalg.yield %x : f32
  } -> tensor<4x2x8xf32>
  %zero = arith.constant dense<0.0> : tensor<4x2x5xf32>
  %0 = linalg.batch_matmul ins(%rotated, %k : tensor<4x2x8xf32>, tensor<4x8x5xf32>) outs(%zero : tensor<4x2x5xf32>) -> tensor<4x2x5xf32>
  return %0 : tensor<4x2x5xf32>
}

// -----

// Trap 14: an argmax has two inputs and a reduction, and multiplies nothing; nor
// is a sum of squares a product of matrices.

// CHECK-LABEL: func.func @trap_14_other_reductions
// CHECK-NOT: decoder.{{projection|attention}}
// CHECK: return
func.func @trap_14_other_reductions(%x: tensor<3x8xf32> {decoder.activation}, %y: tensor<3x8xf32> {decoder.activation},
                                    %w: tensor<8x4xf32> {decoder.weight = "w"}, %i: tensor<3x8xi64> {decoder.activation})
    -> (tensor<3xf32>, tensor<3xi64>, tensor<3xf32>, tensor<3x4xf32>) {
  %low = arith.constant dense<0xFF800000> : tensor<3xf32>
  %zi = arith.constant dense<0> : tensor<3xi64>
  %z = arith.constant dense<0.0> : tensor<3xf32>
  %0:2 = linalg.generic {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t)>, affine_map<(t, d) -> (t)>],
                         iterator_types = ["parallel", "reduction"]}
      ins(%x, %i : tensor<3x8xf32>, tensor<3x8xi64>) outs(%low, %zi : tensor<3xf32>, tensor<3xi64>) {
  ^bb0(%a: f32, %b: i64, %max: f32, %at: i64):
    %2 = arith.cmpf ogt, %a, %max : f32
    %3 = arith.select %2, %a, %max : f32
    %4 = arith.select %2, %b, %at : i64
    linalg.yield %3, %4 : f32, i64
  } -> (tensor<3xf32>, tensor<3xi64>)
  %1 = linalg.generic {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x, %y : tensor<3x8xf32>, tensor<3x8xf32>) outs(%z : tensor<3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %2 = arith.mulf %a, %b : f32
    %3 = arith.addf %out, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<3xf32>
  // Nor is the largest product of two, a semiring that linalg would accept.
  %z2 = arith.constant dense<0.0> : tensor<3x4xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z2 : tensor<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %2 = arith.mulf %a, %b : f32
    %3 = arith.maximumf %out, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<3x4xf32>
  return %0#0, %0#1, %1, %5 : tensor<3xf32>, tensor<3xi64>, tensor<3xf32>, tensor<3x4xf32>
}

// -----

// Trap 15: a function is seen through, and one that is called twice, or from a
// loop, is printed once. How often it runs, the report says.

// CHECK-LABEL: func.func @trap_15_called_twice
func.func @trap_15_called_twice(%x: tensor<3x8xf32> {decoder.activation}, %w0: tensor<8x8xf32> {decoder.weight = "w0"},
                                %w1: tensor<8x8xf32> {decoder.weight = "w1"}) -> tensor<3x8xf32> {
  %0 = call @layer(%x, %w0) : (tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>
  %1 = call @layer(%0, %w1) : (tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  // CHECK: scf.for
  // CHECK: decoder.projection "w1" role(other)
  %2 = scf.for %i = %c0 to %c4 step %c1 iter_args(%h = %1) -> tensor<3x8xf32> {
    %3 = linalg.matmul ins(%h, %w1 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
    scf.yield %3 : tensor<3x8xf32>
  }
  return %2 : tensor<3x8xf32>
}
// CHECK-LABEL: func.func private @layer
// CHECK: decoder.projection {{.*}}role(other)
func.func private @layer(%x: tensor<3x8xf32>, %w: tensor<8x8xf32>) -> tensor<3x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}
// Nothing calls it: its product is none of the model's.
// CHECK-LABEL: func.func private @uncalled
// CHECK: linalg.matmul
func.func private @uncalled(%x: tensor<3x8xf32>, %w: tensor<8x8xf32>) -> tensor<3x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// Trap 16: unpacking and scaling is arithmetic on weights, whatever the ops; the
// larger of two weights gives the name.

// CHECK-LABEL: func.func @trap_16_unpacked_weight
// CHECK: %[[W:.+]] = linalg.generic
// CHECK: decoder.projection "layers.1.self_attn.q_proj" role(q) layer(1) ins({{.*}}, %[[W]] :
func.func @trap_16_unpacked_weight(%x: tensor<3x8xf32> {decoder.activation},
                                   %scale: tensor<f32> {decoder.weight = "layers.1.self_attn.q_proj.weight_scale"},
                                   %packed: tensor<8x4xui8> {decoder.weight = "layers.1.self_attn.q_proj.weight"}) -> tensor<3x4xf32> {
  %bytes = builtin.unrealized_conversion_cast %packed : tensor<8x4xui8> to tensor<8x4xi8>
  %e = tensor.empty() : tensor<8x4xf32>
  %c3 = arith.constant 3 : i8
  %c1 = arith.constant 1 : i8
  %w = linalg.generic {indexing_maps = [affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%scale, %bytes : tensor<f32>, tensor<8x4xi8>) outs(%e : tensor<8x4xf32>) {
  ^bb0(%s: f32, %b: i8, %out: f32):
    %1 = arith.andi %b, %c3 : i8
    %2 = arith.subi %1, %c1 : i8
    %3 = arith.sitofp %2 : i8 to f32
    %4 = arith.mulf %3, %s : f32
    linalg.yield %4 : f32
  } -> tensor<8x4xf32>
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%zero : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Trap 17: a product of two weights can be folded; its result is a weight.

// CHECK: kind = not_modelled, text = "1 product of two weights can be folded and costs nothing here"
// CHECK-LABEL: func.func @trap_17_two_weights
// CHECK: %[[AB:.+]] = linalg.matmul
// CHECK: decoder.projection {{.*}} ins({{.*}}, %[[AB]] : tensor<3x8xf32>, tensor<8x8xf32>)
func.func @trap_17_two_weights(%x: tensor<3x8xf32> {decoder.activation}, %a: tensor<8x2xf32> {decoder.weight = "lora_a"},
                               %b: tensor<2x8xf32> {decoder.weight = "lora_b"}) -> tensor<3x8xf32> {
  %z0 = arith.constant dense<0.0> : tensor<8x8xf32>
  %ab = linalg.matmul ins(%a, %b : tensor<8x2xf32>, tensor<2x8xf32>) outs(%z0 : tensor<8x8xf32>) -> tensor<8x8xf32>
  %z1 = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %ab : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z1 : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// Constants: a splat of matrix shape is a weight, a zero is not; an operand of
// zeros makes no product.

// CHECK-LABEL: func.func @constant_weights
// CHECK: decoder.projection role(other)
// CHECK: decoder.projection role(other)
// CHECK: linalg.matmul
func.func @constant_weights(%x: tensor<3x2xf32> {decoder.activation}) -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) {
  %zero = arith.constant dense<0.0> : tensor<3x2xf32>
  %splat = arith.constant dense<1.5> : tensor<2x2xf32>
  %dense = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x2xf32>
  %0 = linalg.matmul ins(%x, %splat : tensor<3x2xf32>, tensor<2x2xf32>) outs(%zero : tensor<3x2xf32>) -> tensor<3x2xf32>
  %1 = linalg.matmul ins(%x, %dense : tensor<3x2xf32>, tensor<2x2xf32>) outs(%zero : tensor<3x2xf32>) -> tensor<3x2xf32>
  %2 = linalg.matmul ins(%x, %zeros : tensor<3x2xf32>, tensor<2x2xf32>) outs(%zero : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0, %1, %2 : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>
}

// -----

// Our own ops are sources, too; what is at the waist stays.

// CHECK-LABEL: func.func @mixed_with_decoder_ops
// CHECK: %[[W:.+]] = decoder.weight "w" : tensor<4x8xf32>
// CHECK: %[[A:.+]] = decoder.projection "a" role(up)
// CHECK: decoder.projection "w" role(other) ins(%{{.+}}, %[[W]] : tensor<3x8xf32>, tensor<4x8xf32>)
// CHECK: decoder.attention_product role(other) ins(%[[A]], %[[A]] :
func.func @mixed_with_decoder_ops(%x: tensor<3x8xf32> {decoder.activation}) -> (tensor<3x4xf32>, tensor<3x3xf32>) {
  %w = decoder.weight "w" : tensor<4x8xf32>
  %a = decoder.projection "a" role(up) ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>)
      maps [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] -> tensor<3x4xf32>
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%zero : tensor<3x4xf32>) -> tensor<3x4xf32>
  %z1 = arith.constant dense<0.0> : tensor<3x3xf32>
  %1 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %a : tensor<3x4xf32>, tensor<3x4xf32>) outs(%z1 : tensor<3x3xf32>) -> tensor<3x3xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<3x3xf32>
}
