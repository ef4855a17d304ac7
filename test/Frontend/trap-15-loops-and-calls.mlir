// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=main" --report=csv | cut -d, -f3,5-9 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=main" --report=json | FileCheck %s --check-prefix=JSON
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=until" --report=json | FileCheck %s --check-prefix=UNKNOWN

// A scan over stacked weights prints one layer and runs three; a function is called
// from two places. Each run counts. What runs nobody knows how often counts for one
// step, and that is said.

// CHECK:      class,batch,m,n,k,times
// CHECK-NEXT: matmul_free,1,2,8,8,3
// CHECK-NEXT: matmul_free,1,2,4,8,2
// CHECK-NOT:  {{.}}
// JSON: "complete":true
// UNKNOWN: "complete":false
// UNKNOWN-SAME: "text":"1 kernel in loops that run nobody knows how often: counted for one step of these"

func.func @main(%stack: tensor<3x8x8xf32> {decoder.weight = "layers"}, %head: tensor<8x4xf32> {decoder.weight = "head"},
                %x: tensor<2x8xf32> {decoder.activation}) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %first = arith.constant dense<0> : tensor<i32>
  // The counter is a tensor of one element, as JAX writes it.
  %0:3 = scf.while (%i = %first, %w = %stack, %h = %x) : (tensor<i32>, tensor<3x8x8xf32>, tensor<2x8xf32>) -> (tensor<i32>, tensor<3x8x8xf32>, tensor<2x8xf32>) {
    %e = tensor.empty() : tensor<i1>
    %c3 = arith.constant 3 : i32
    %less = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []} ins(%i : tensor<i32>) outs(%e : tensor<i1>) {
    ^bb0(%in: i32, %out: i1):
      %c = arith.cmpi slt, %in, %c3 : i32
      linalg.yield %c : i1
    } -> tensor<i1>
    %go = tensor.extract %less[] : tensor<i1>
    scf.condition(%go) %i, %w, %h : tensor<i32>, tensor<3x8x8xf32>, tensor<2x8xf32>
  } do {
  ^bb0(%i: tensor<i32>, %w: tensor<3x8x8xf32>, %h: tensor<2x8xf32>):
    %layer = func.call @index(%w, %i) : (tensor<3x8x8xf32>, tensor<i32>) -> tensor<8x8xf32>
    %y = func.call @closed(%h, %layer) : (tensor<2x8xf32>, tensor<8x8xf32>) -> tensor<2x8xf32>
    %one = arith.constant dense<1> : tensor<i32>
    %next = arith.addi %i, %one : tensor<i32>
    scf.yield %next, %w, %y : tensor<i32>, tensor<3x8x8xf32>, tensor<2x8xf32>
  }
  %1 = call @last(%0#2, %head) : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
  %2 = call @last(%x, %head) : (tensor<2x8xf32>, tensor<8x4xf32>) -> tensor<2x4xf32>
  return %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>
}
func.func private @index(%w: tensor<3x8x8xf32>, %i: tensor<i32>) -> tensor<8x8xf32> {
  %n = tensor.extract %i[] : tensor<i32>
  %at = arith.index_cast %n : i32 to index
  %0 = tensor.extract_slice %w[%at, 0, 0] [1, 8, 8] [1, 1, 1] : tensor<3x8x8xf32> to tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
func.func private @closed(%x: tensor<2x8xf32>, %w: tensor<8x8xf32>) -> tensor<2x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<2x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}
func.func private @last(%x: tensor<2x8xf32>, %w: tensor<8x4xf32>) -> tensor<2x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<2x8xf32>, tensor<8x4xf32>) outs(%zero : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}
func.func @until(%w: tensor<8x8xf32> {decoder.weight = "w"}, %x: tensor<2x8xf32> {decoder.activation}, %steps: index) -> tensor<2x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<2x8xf32>
  %0 = scf.for %i = %c0 to %steps step %c1 iter_args(%h = %x) -> tensor<2x8xf32> {
    %y = linalg.matmul ins(%h, %w : tensor<2x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<2x8xf32>) -> tensor<2x8xf32>
    scf.yield %y : tensor<2x8xf32>
  }
  return %0 : tensor<2x8xf32>
}
