// RUN: onebit-opt %s --onebit-lower-copies | FileCheck %s

// CHECK-LABEL: func.func @copies
// CHECK: linalg.copy ins(%{{.*}} : memref<4xf32, strided<[2]>>) outs(%{{.*}} : memref<4xf32>)
// CHECK: memref.copy %{{.*}} : memref<*xf32> to memref<*xf32>
func.func @copies(%x: memref<4xf32, strided<[2]>>, %y: memref<4xf32>, %a: memref<*xf32>, %b: memref<*xf32>) {
  memref.copy %x, %y : memref<4xf32, strided<[2]>> to memref<4xf32>
  memref.copy %a, %b : memref<*xf32> to memref<*xf32>
  return
}
