// RUN: onebit-opt %s --onebit-lower-sums="width=4" | FileCheck %s
// RUN: not onebit-opt %s --onebit-lower-sums="width=0" 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: width must be at least 1, got 0

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// Four sums of a row of the result at a time, the last two one by one; no store
// before a sum is complete.
// CHECK-LABEL: func.func @product(
// CHECK-SAME: %[[X:.*]]: memref<1x64xf32>, %[[W:.*]]: memref<10x64xf32>, %[[Y:.*]]: memref<1x10xf32>
// CHECK: scf.for %[[M:.*]] = %{{.*}} to %{{.*}} step
// CHECK: scf.for %[[N:.*]] = %c0{{.*}} to %c8{{.*}} step %c4
// CHECK-COUNT-4: memref.load %[[Y]]
// CHECK: %[[SUMS:.*]]:4 = scf.for %[[K:.*]] = {{.*}} iter_args(%[[A:[^ ]*]] = %{{[^ ]*}}, %[[B:[^ ]*]] = {{.*}}) -> (f32, f32, f32, f32)
// CHECK: %[[L:.*]] = memref.load %[[X]]
// CHECK: %[[R:.*]] = memref.load %[[W]]
// CHECK: %[[P:.*]] = arith.mulf %[[L]], %[[R]]
// CHECK: %[[NEXT:.*]] = arith.addf %[[A]], %[[P]]
// CHECK: arith.addf %[[B]],
// CHECK: scf.yield %[[NEXT]],
// CHECK: memref.store %[[SUMS]]#0, %[[Y]]
// CHECK-COUNT-3: memref.store
// CHECK: scf.for %{{.*}} = %c8{{.*}} to %c10{{.*}} step %c1
// CHECK: scf.for {{.*}} -> (f32)
// CHECK-NOT: linalg.generic
func.func @product(%x: memref<1x64xf32>, %w: memref<10x64xf32>, %y: memref<1x10xf32>) {
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<1x64xf32>, memref<10x64xf32>) outs(%y : memref<1x10xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  }
  return
}

// Indices in the body are those of each sum; fewer sums than the width.
// CHECK-LABEL: func.func @indices(
// CHECK: scf.for %[[I:.*]] = %c0
// CHECK: scf.for %[[J:.*]] = {{.*}} iter_args(%[[S:.*]] = %{{.*}}) -> (index)
// CHECK: %[[T:.*]] = arith.addi %[[I]], %[[J]]
// CHECK: arith.addi %[[S]], %[[T]]
func.func @indices(%y: memref<3xindex>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%y : memref<3xindex>) outs(%y : memref<3xindex>) {
  ^bb0(%a: index, %c: index):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %t = arith.addi %i, %j : index
    %s = arith.addi %c, %t : index
    linalg.yield %s : index
  }
  return
}

// One sum, of all.
// CHECK-LABEL: func.func @all(
// CHECK: memref.load %{{.*}}[] : memref<f32>
// CHECK: scf.for {{.*}} -> (f32)
// CHECK: memref.store %{{.*}}, %{{.*}}[] : memref<f32>
func.func @all(%x: memref<5xf32>, %y: memref<f32>) {
  linalg.generic {indexing_maps = [affine_map<(k) -> (k)>, affine_map<(k) -> ()>], iterator_types = ["reduction"]}
      ins(%x : memref<5xf32>) outs(%y : memref<f32>) {
  ^bb0(%a: f32, %c: f32):
    %s = arith.addf %c, %a : f32
    linalg.yield %s : f32
  }
  return
}

// No sum, one whose terms are not innermost, and one of as many terms as nobody knows.
// CHECK-LABEL: func.func @stays(
// CHECK-COUNT-3: linalg.generic
func.func @stays(%x: memref<4x5xf32>, %y: memref<4x5xf32>, %z: memref<5xf32>, %d: memref<?xf32>, %s: memref<f32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<4x5xf32>) outs(%y : memref<4x5xf32>) {
  ^bb0(%a: f32, %c: f32):
    linalg.yield %a : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<4x5xf32>) outs(%z : memref<5xf32>) {
  ^bb0(%a: f32, %c: f32):
    %t = arith.addf %c, %a : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%d : memref<?xf32>) outs(%s : memref<f32>) {
  ^bb0(%a: f32, %c: f32):
    %t = arith.addf %c, %a : f32
    linalg.yield %t : f32
  }
  return
}
