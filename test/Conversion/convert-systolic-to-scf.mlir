// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x4 dataflow=ws" --onebit-convert-systolic-to-scf --canonicalize --cse | FileCheck %s
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x4 dataflow=ws" --onebit-convert-systolic-to-scf=count-macs --canonicalize --cse | FileCheck %s --check-prefix=COUNT
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x4 dataflow=ws" --onebit-convert-systolic-to-scf --onebit-convert-ternary-to-linalg | FileCheck %s --check-prefix=NONE

// Kernels are gone, and of trits there is neither an element nor a multiplication.
// NONE-NOT: systolic.
// NONE-NOT: ternary.
// NONE-NOT: unrealized_conversion_cast
// NONE-NOT: arith.muli

#x = affine_map<(t, n, k) -> (t, k)>
#w = affine_map<(t, n, k) -> (n, k)>
#y = affine_map<(t, n, k) -> (t, n)>

// COUNT: memref.global @[[$FIRST:.*]] : memref<i64> = dense<0> {systolic.counted = #systolic.counted<name = "dense", layer = 3>}
// COUNT: memref.global @{{.*}} : memref<i64> = dense<0> {systolic.counted = #systolic.counted}

// Loops in the kernel's order, filter tiles outside, a part of K inside. The last
// tiles are smaller. N divides by 4, K does not.
// CHECK-LABEL: func.func @dense(
// CHECK-SAME: %[[X:.*]]: tensor<3x6xf32>, %[[W:.*]]: tensor<8x6xf32>, %[[INIT:.*]]: tensor<3x8xf32>
// CHECK: scf.for %[[N:.*]] = %c0 to %c8 step %c4 iter_args(%[[OUTER:.*]] = %[[INIT]]) -> (tensor<3x8xf32>)
// CHECK: scf.for %[[K:.*]] = %c0 to %c6 step %c4 iter_args(%[[ACC:.*]] = %[[OUTER]]) -> (tensor<3x8xf32>)
// CHECK: %[[LEFT:.*]] = arith.subi %c6, %[[K]]
// CHECK: %[[SIZE:.*]] = arith.minsi %[[LEFT]], %c4
// CHECK: %[[I:.*]] = tensor.extract_slice %[[X]][0, %[[K]]] [3, %[[SIZE]]] [1, 1]
// CHECK: %[[F:.*]] = tensor.extract_slice %[[W]][%[[N]], %[[K]]] [4, %[[SIZE]]] [1, 1]
// CHECK: %[[O:.*]] = tensor.extract_slice %[[ACC]][0, %[[N]]] [3, 4] [1, 1]
// CHECK: %[[SUM:.*]] = linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "reduction"]
// CHECK-SAME: ins(%[[I]], %[[F]] : tensor<3x?xf32>, tensor<4x?xf32>) outs(%[[O]] : tensor<3x4xf32>)
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: %[[NEXT:.*]] = tensor.insert_slice %[[SUM]] into %[[ACC]][0, %[[N]]] [3, 4] [1, 1]
// CHECK: scf.yield %[[NEXT]]

// What was done of a product is added to its counter: the product's body counts.
// COUNT-LABEL: func.func @dense(
// COUNT: %[[LOOPS:.*]]:2 = scf.for
// COUNT: linalg.generic {{.*}} outs(%{{.*}}, %{{.*}} : tensor<3x4xf32>, tensor<i64>)
// COUNT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %[[BEFORE:.*]]: i64):
// COUNT: arith.addi %[[BEFORE]], %c1_i64
// COUNT: %[[DONE:.*]] = tensor.extract %[[LOOPS]]#1[]
// COUNT: %[[GLOBAL:.*]] = memref.get_global @[[$FIRST]]
// COUNT: %[[OLD:.*]] = memref.load %[[GLOBAL]][]
// COUNT: %[[NEW:.*]] = arith.addi %[[OLD]], %[[DONE]]
// COUNT: memref.store %[[NEW]], %[[GLOBAL]][]
func.func @dense(%x: tensor<3x6xf32>, %w: tensor<8x6xf32>, %init: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %0 = decoder.projection "dense" role(q) layer(3) ins(%x, %w : tensor<3x6xf32>, tensor<8x6xf32>)
      init(%init : tensor<3x8xf32>) maps [#x, #w, #y, #y] -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// Trits are added, subtracted or left out; a loop of one step is none.
// CHECK-LABEL: func.func @ternary(
// CHECK: builtin.unrealized_conversion_cast %{{.*}} : tensor<4x4x!ternary.trit> to tensor<4x4xi8>
// CHECK-NOT: scf.for
// CHECK: linalg.generic
// CHECK-NOT: arith.muli
// CHECK: return
func.func @ternary(%x: tensor<3x4xi8>, %w: tensor<4x4x!ternary.trit>) -> tensor<3x4xi32> {
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x4xi8>, tensor<4x4x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x4xi32>
  return %0 : tensor<3x4xi32>
}

// Heads keep their layout, a query head finds the keys of its group: nothing is
// repeated, moved or copied.
// CHECK-LABEL: func.func @grouped(
// CHECK-SAME: %[[Q:.*]]: tensor<1x2x3x1x4xf32>, %[[KEYS:.*]]: tensor<1x2x4x4xf32>
// CHECK-DAG: tensor.collapse_shape %[[Q]] {{\[\[}}0, 1], [2, 3], [4]] : tensor<1x2x3x1x4xf32> into tensor<2x3x4xf32>
// CHECK-DAG: tensor.collapse_shape %[[KEYS]] {{\[\[}}0, 1], [2], [3]] : tensor<1x2x4x4xf32> into tensor<2x4x4xf32>
// CHECK-NOT: linalg.transpose
// CHECK: scf.for %[[B:.*]] = %c0 to %c6 step %c1
// CHECK-DAG: %[[HEAD:.*]] = arith.remui %[[B]], %c3
// CHECK-DAG: %[[GROUP:.*]] = arith.divui %[[B]], %c3
// CHECK-DAG: tensor.extract_slice %{{.*}}[%[[GROUP]], %[[HEAD]], 0] [1, 1, 4]
// CHECK-DAG: tensor.extract_slice %{{.*}}[%[[GROUP]], 0, 0] [1, 4, 4]
// CHECK: return
func.func @grouped(%q: tensor<1x2x3x1x4xf32>, %k: tensor<1x2x4x4xf32>) -> tensor<1x2x3x1x4xf32> {
  %0 = decoder.attention_product role(scores) query_groups([2]) ins(%q, %k : tensor<1x2x3x1x4xf32>, tensor<1x2x4x4xf32>)
      maps [affine_map<(a, b, c, t, e, l) -> (a, b, c, t, e)>, affine_map<(a, b, c, t, e, l) -> (a, b, l, e)>,
            affine_map<(a, b, c, t, e, l) -> (a, b, c, t, l)>] -> tensor<1x2x3x1x4xf32>
  return %0 : tensor<1x2x3x1x4xf32>
}

// Loops of M that are no neighbours become neighbours, and the result goes back.
// CHECK-LABEL: func.func @apart(
// CHECK: linalg.transpose ins(%{{.*}} : tensor<2x4x3xf32>) outs(%{{.*}} : tensor<2x3x4xf32>) permutation = [0, 2, 1]
// CHECK: return
func.func @apart(%x: tensor<2x4x3xf32>, %w: tensor<5x4xf32>) -> tensor<2x3x5xf32> {
  %0 = decoder.projection role(up) ins(%x, %w : tensor<2x4x3xf32>, tensor<5x4xf32>)
      maps [affine_map<(a, b, n, k) -> (a, k, b)>, affine_map<(a, b, n, k) -> (n, k)>,
            affine_map<(a, b, n, k) -> (a, b, n)>] -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}
