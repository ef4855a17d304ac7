// RUN: onebit-opt %s --onebit-raise-contractions=entry=main | FileCheck %s
// RUN: onebit-opt %s --lower-to-systolic=entry=main --report=csv | cut -d, -f1 | FileCheck %s --check-prefix=REPORT
// RUN: onebit-opt %s --lower-to-systolic --report=csv | cut -d, -f1 | FileCheck %s --check-prefix=ALL
// RUN: not onebit-opt %s --lower-to-systolic=entry=nosuch 2>&1 | FileCheck %s --check-prefix=NOSUCH
// RUN: not onebit-opt %s --lower-to-systolic=weights=77 2>&1 | FileCheck %s --check-prefix=NUMBER

// The entry says what the model is, also where the products are the decoder's
// own; options are checked, also where nothing is to be raised.

// REPORT:      name
// REPORT-NEXT: main.up
// REPORT-NEXT: layer.up
// REPORT-NEXT: named.up
// REPORT-NEXT: by_named.up
// REPORT-NOT:  {{.}}
// ALL: other.up
// NOSUCH: error: 'entry' names 'nosuch', but the module has no function of that name with a body
// NUMBER: error: 'weights' names argument 77, but 'main' has 1; arguments count from 0

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// CHECK: func.func @main
func.func @main(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %w = decoder.weight "main" : tensor<8x8xf32>
  %0 = decoder.projection "main.up" role(up) ins(%x, %w : tensor<8x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<8x8xf32>
  %1 = call @layer(%0) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %f = func.constant @named : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = call_indirect %f(%1) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  return %1, %2 : tensor<8x8xf32>, tensor<8x8xf32>
}
// CHECK: func.func private @layer
func.func private @layer(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %w = decoder.weight "layer" : tensor<8x8xf32>
  %0 = decoder.projection "layer.up" role(up) ins(%x, %w : tensor<8x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
// What is named may be called: it stays, and what it calls.
// CHECK: func.func private @named
func.func private @named(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %w = decoder.weight "named" : tensor<8x8xf32>
  %0 = decoder.projection "named.up" role(up) ins(%x, %w : tensor<8x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<8x8xf32>
  %1 = call @by_named(%0) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}
// CHECK: func.func private @by_named
func.func private @by_named(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %w = decoder.weight "by_named" : tensor<8x8xf32>
  %0 = decoder.projection "by_named.up" role(up) ins(%x, %w : tensor<8x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
// CHECK-NOT: @other
func.func @other(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %w = decoder.weight "other" : tensor<8x8xf32>
  %0 = decoder.projection "other.up" role(up) ins(%x, %w : tensor<8x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<8x8xf32>
  %1 = call @by_other(%0) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}
// CHECK-NOT: @by_other
func.func private @by_other(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %w = decoder.weight "by_other" : tensor<8x8xf32>
  %0 = decoder.projection "by_other.up" role(up) ins(%x, %w : tensor<8x8xf32>, tensor<8x8xf32>) maps [#x, #w, #y] -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
