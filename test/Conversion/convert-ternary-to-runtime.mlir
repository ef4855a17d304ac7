// RUN: onebit-opt %s --onebit-convert-ternary-to-runtime | FileCheck %s

// CHECK: func.func private @onebit_ternary_matmul_i2_s(index, index, index, i64, i64, i64)

// Pointers, tokens, rows, columns.
// CHECK-LABEL: func.func @one(
// CHECK-SAME: %[[X:.*]]: memref<1x3x130xi8>, %[[W:.*]]: memref<256xi8>, %[[Y:.*]]: memref<1x3x4xi32>)
// CHECK: %[[PX:.*]] = memref.extract_aligned_pointer_as_index %[[X]]
// CHECK: %[[PW:.*]] = memref.extract_aligned_pointer_as_index %[[W]]
// CHECK: %[[PY:.*]] = memref.extract_aligned_pointer_as_index %[[Y]]
// CHECK: %[[T:.*]] = arith.constant 3 : i64
// CHECK: %[[N:.*]] = arith.constant 4 : i64
// CHECK: %[[K:.*]] = arith.constant 130 : i64
// CHECK: call @onebit_ternary_matmul_i2_s(%[[PX]], %[[PW]], %[[PY]], %[[T]], %[[N]], %[[K]])
func.func @one(%x: memref<1x3x130xi8>, %w: memref<256xi8>, %y: memref<1x3x4xi32>) {
  ternary.packed_matmul ins(%x, %w : memref<1x3x130xi8>, memref<256xi8>) outs(%y : memref<1x3x4xi32>)
  return
}

// Bytes from one entry of a batch to the next: 3 x 130, 4 x 64, and 3 x 4 x 4.
// CHECK-LABEL: func.func @batch(
// CHECK: scf.for %[[B:[a-z0-9]+]] =
// CHECK-DAG: %[[DX:.*]] = arith.constant 390 : index
// CHECK-DAG: %[[DW:.*]] = arith.constant 256 : index
// CHECK-DAG: %[[DY:.*]] = arith.constant 48 : index
// CHECK-DAG: arith.muli %[[B]], %[[DX]]
// CHECK-DAG: arith.muli %[[B]], %[[DW]]
// CHECK-DAG: arith.muli %[[B]], %[[DY]]
// CHECK: call @onebit_ternary_matmul_i2_s(
func.func @batch(%x: memref<2x3x130xi8>, %w: memref<512xi8>, %y: memref<2x3x4xi32>) {
  ternary.packed_matmul ins(%x, %w : memref<2x3x130xi8>, memref<512xi8>) outs(%y : memref<2x3x4xi32>)
  return
}

// Nothing of nothing.
// CHECK-LABEL: func.func @none(
// CHECK-NOT: call
// CHECK: return
func.func @none(%x: memref<0x3x130xi8>, %w: memref<0xi8>, %y: memref<0x3x4xi32>) {
  ternary.packed_matmul ins(%x, %w : memref<0x3x130xi8>, memref<0xi8>) outs(%y : memref<0x3x4xi32>)
  return
}
