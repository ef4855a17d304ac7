// RUN: onebit-opt %s --pass-pipeline="builtin.module(func.func(onebit-plan-memory))" | FileCheck %s

// a and c are never in use together: c takes a's place. b lives with both.
// CHECK-LABEL: func.func @reuse(
// CHECK-SAME: %[[X:.*]]: memref<8xf32>, %[[Y:.*]]: memref<8xf32>, %[[ALL:.*]]: memref<96xi8>)
// CHECK-NOT: memref.alloc
// CHECK: %[[LINE:.*]] = arith.constant 64 : index
// CHECK: %[[A:.*]] = memref.view %[[ALL]][%[[LINE]]][] : memref<96xi8> to memref<8xf32>
// CHECK: memref.copy %[[X]], %[[A]]
// CHECK: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK: %[[B:.*]] = memref.view %[[ALL]][%[[ZERO]]][] : memref<96xi8> to memref<16xf32>
// CHECK: %[[AGAIN:.*]] = arith.constant 64 : index
// CHECK: memref.view %[[ALL]][%[[AGAIN]]][] : memref<96xi8> to memref<8xf32>
// CHECK-NOT: memref.dealloc
func.func @reuse(%x: memref<8xf32>, %y: memref<8xf32>) {
  %a = memref.alloc() : memref<8xf32>
  memref.copy %x, %a : memref<8xf32> to memref<8xf32>
  %b = memref.alloc() : memref<16xf32>
  %half = memref.subview %b[0] [8] [1] : memref<16xf32> to memref<8xf32, strided<[1]>>
  memref.copy %a, %half : memref<8xf32> to memref<8xf32, strided<[1]>>
  %c = memref.alloc() : memref<8xf32>
  memref.copy %half, %c : memref<8xf32, strided<[1]>> to memref<8xf32>
  memref.copy %c, %y : memref<8xf32> to memref<8xf32>
  memref.dealloc %a : memref<8xf32>
  return
}

// A buffer of a loop is in use as long as the loop: none of the others' place.
// CHECK-LABEL: func.func @loop(
// CHECK-SAME: %{{.*}}: memref<96xi8>)
func.func @loop(%x: memref<8xf32>, %n: index) {
  %a = memref.alloc() : memref<8xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %b = memref.alloc() : memref<8xf32>
    memref.copy %x, %b : memref<8xf32> to memref<8xf32>
    memref.copy %b, %a : memref<8xf32> to memref<8xf32>
  }
  memref.copy %a, %x : memref<8xf32> to memref<8xf32>
  return
}

// Nothing to plan, no workspace.
// CHECK-LABEL: func.func @nothing(%{{.*}}: memref<8xf32>) {
func.func @nothing(%x: memref<8xf32>) {
  return
}
