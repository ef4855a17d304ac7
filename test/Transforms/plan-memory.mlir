// RUN: onebit-opt %s --onebit-plan-memory | FileCheck %s

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

// Two calls one after the other: their workspaces share bytes of the caller's.
// CHECK-LABEL: func.func @calls(
// CHECK-SAME: %[[X:.*]]: memref<8xf32>, %[[ALL:.*]]: memref<96xi8>)
// CHECK-NOT: memref.alloc
// CHECK: %[[FIRST:.*]] = memref.view %[[ALL]][%{{.*}}][] : memref<96xi8> to memref<96xi8>
// CHECK: call @callee(%[[X]], %[[FIRST]])
// CHECK: %[[SECOND:.*]] = memref.view %[[ALL]][%{{.*}}][] : memref<96xi8> to memref<96xi8>
// CHECK: call @callee(%[[X]], %[[SECOND]])
// CHECK-NOT: memref.dealloc
// CHECK: return
func.func @calls(%x: memref<8xf32>) {
  call @callee(%x) : (memref<8xf32>) -> ()
  call @callee(%x) : (memref<8xf32>) -> ()
  return
}
// CHECK-LABEL: func.func private @callee(%{{.*}}: memref<8xf32>, %{{.*}}: memref<96xi8>)
func.func private @callee(%x: memref<8xf32>) {
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  memref.copy %x, %a : memref<8xf32> to memref<8xf32>
  memref.copy %a, %b : memref<8xf32> to memref<8xf32>
  memref.copy %b, %x : memref<8xf32> to memref<8xf32>
  return
}

// Of functions that call each other in a circle one has no workspace: what the
// other needs it asks for, and gives back.
// CHECK-LABEL: func.func private @even(%{{.*}}: memref<8xf32>) {
// CHECK: memref.alloc() : memref<8xf32>
// CHECK: %[[ITS:.*]] = memref.alloc() {alignment = 64 : i64} : memref<32xi8>
// CHECK: call @odd(%{{.*}}, %[[ITS]])
// CHECK: memref.dealloc %[[ITS]]
func.func private @even(%x: memref<8xf32>) {
  %a = memref.alloc() : memref<8xf32>
  memref.copy %x, %a : memref<8xf32> to memref<8xf32>
  call @odd(%a) : (memref<8xf32>) -> ()
  return
}
// CHECK-LABEL: func.func private @odd(%{{.*}}: memref<8xf32>, %{{.*}}: memref<32xi8>)
func.func private @odd(%x: memref<8xf32>) {
  %a = memref.alloc() : memref<8xf32>
  memref.copy %x, %a : memref<8xf32> to memref<8xf32>
  call @even(%a) : (memref<8xf32>) -> ()
  return
}
