// RUN: onebit-opt %s --onebit-drop-updated-arguments | FileCheck %s

// CHECK-LABEL: func.func @step(
// CHECK-SAME: %[[CACHE:.*]]: memref<4xf32>, %[[AT:.*]]: index) -> (memref<2xf32>, index) {
// CHECK: %[[NEW:.*]] = memref.alloc
// CHECK: return %[[NEW]], %[[AT]] : memref<2xf32>, index
func.func @step(%cache: memref<4xf32>, %at: index) -> (memref<2xf32>, memref<4xf32>, index) {
  %new = memref.alloc() : memref<2xf32>
  return %new, %cache, %at : memref<2xf32>, memref<4xf32>, index
}

// A caller may rely on it.
// CHECK-LABEL: func.func @called(%{{.*}}: memref<4xf32>) -> memref<4xf32>
func.func @called(%cache: memref<4xf32>) -> memref<4xf32> {
  return %cache : memref<4xf32>
}
func.func @caller(%cache: memref<4xf32>) {
  call @called(%cache) : (memref<4xf32>) -> memref<4xf32>
  return
}
