// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 dataflow=os" | FileCheck %s --check-prefixes=CHECK,OS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 dataflow=ws" | FileCheck %s --check-prefixes=CHECK,WS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 dataflow=is" | FileCheck %s --check-prefixes=CHECK,IS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8" --onebit-tile-to-systolic="array=2x2" | FileCheck %s --check-prefixes=CHECK,OS
// RUN: onebit-opt %s --onebit-tile-to-systolic=array=paper-edge | FileCheck %s --check-prefix=EDGE

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// EDGE: #array = #systolic.array<name = "paper-edge", rows = 32, columns = 32, dataflow = os, ifmap_kb = 2048, filter_kb = 4096, ofmap_kb = 2048>
// OS: #array = #systolic.array<name = "4x8", rows = 4, columns = 8, dataflow = os>
// WS: #array = #systolic.array<name = "4x8", rows = 4, columns = 8, dataflow = ws>
// IS: #array = #systolic.array<name = "4x8", rows = 4, columns = 8, dataflow = is>

// Rows, columns and the streamed dimension by dataflow; ragged ends are dynamic.
// CHECK-LABEL: @ragged
func.func @ragged(%x: tensor<5x7xf32>, %w: tensor<9x7xf32>) -> tensor<5x9xf32> {
  // CHECK: %[[Z:.+]] = linalg.fill
  // CHECK: systolic.kernel "q_proj" class(dense_projection) role(q) layer(3) on #array ins(%{{.*}}, %{{.*}} : tensor<5x7xf32>, tensor<9x7xf32>) outs(%[[Z]] : tensor<5x9xf32>)
  // CHECK-NEXT: ^bb0(%[[I:.+]]: tensor<1x5x7xf32>, %[[F:.+]]: tensor<1x9x7xf32>, %[[O:.+]]: tensor<1x5x9xf32>):
  // OS-NEXT: systolic.loop (%[[B:.+]], %[[N:.+]], %[[M:.+]], %[[K:.+]]) to (1, 9, 5, 7) step (1, 8, 4, 7) init(%[[A:.+]] = %[[O]])
  // OS-NEXT: systolic.slice %[[I]][%[[B]], %[[M]], %[[K]]] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
  // OS-NEXT: systolic.slice %[[F]][%[[B]], %[[N]], %[[K]]] size [1, 8, 7] : tensor<1x9x7xf32> to tensor<1x?x7xf32>
  // OS-NEXT: systolic.slice %[[A]][%[[B]], %[[M]], %[[N]]] size [1, 4, 8] : tensor<1x5x9xf32> to tensor<1x?x?xf32>
  // OS-NEXT: systolic.fold {{.*}} tile [4, 8, 7]
  // WS-NEXT: systolic.loop (%[[B:.+]], %[[N:.+]], %[[K:.+]], %[[M:.+]]) to (1, 9, 7, 5) step (1, 8, 4, 5)
  // WS: systolic.fold {{.*}} tile [5, 8, 4]
  // IS-NEXT: systolic.loop (%[[B:.+]], %[[M:.+]], %[[K:.+]], %[[N:.+]]) to (1, 5, 7, 9) step (1, 5, 4, 9)
  // IS: systolic.fold {{.*}} tile [5, 9, 4]
  %0 = decoder.projection "q_proj" role(q) layer(3) ins(%x, %w : tensor<5x7xf32>, tensor<9x7xf32>) maps [#x, #w, #y] -> tensor<5x9xf32>
  return %0 : tensor<5x9xf32>
}

// A bias is broadcast, a full init is used as it is.
// CHECK-LABEL: @inits
// CHECK-SAME:    %[[X:.+]]: tensor<5x7xf32>, %[[W:.+]]: tensor<9x7xf32>, %[[B:.+]]: tensor<9xf32>, %[[FULL:.+]]: tensor<5x9xf32>, %[[T:.+]]: tensor<9x5xf32>
func.func @inits(%x: tensor<5x7xf32>, %w: tensor<9x7xf32>, %b: tensor<9xf32>, %f: tensor<5x9xf32>, %t: tensor<9x5xf32>) -> (tensor<5x9xf32>, tensor<5x9xf32>, tensor<5x9xf32>) {
  // CHECK: %[[BB:.+]] = linalg.broadcast ins(%[[B]] : tensor<9xf32>) {{.*}} dimensions = [0]
  // CHECK: systolic.kernel {{.*}} outs(%[[BB]] :
  // CHECK: systolic.kernel {{.*}} outs(%[[FULL]] :
  // CHECK: %[[TT:.+]] = linalg.transpose ins(%[[T]] : tensor<9x5xf32>) {{.*}} permutation = [1, 0]
  // CHECK: systolic.kernel {{.*}} outs(%[[TT]] :
  %0 = decoder.projection role(q) ins(%x, %w : tensor<5x7xf32>, tensor<9x7xf32>) init(%b : tensor<9xf32>) maps [#x, #w, #y, affine_map<(m, n, k) -> (n)>] -> tensor<5x9xf32>
  %1 = decoder.projection role(q) ins(%x, %w : tensor<5x7xf32>, tensor<9x7xf32>) init(%f : tensor<5x9xf32>) maps [#x, #w, #y, #y] -> tensor<5x9xf32>
  %2 = decoder.projection role(q) ins(%x, %w : tensor<5x7xf32>, tensor<9x7xf32>) init(%t : tensor<9x5xf32>) maps [#x, #w, #y, affine_map<(m, n, k) -> (n, m)>] -> tensor<5x9xf32>
  return %0, %1, %2 : tensor<5x9xf32>, tensor<5x9xf32>, tensor<5x9xf32>
}

// Tokens of all sequences are rows of one product; every query head is a batch
// entry, also where it shares its keys.
// CHECK-LABEL: @normal_form
func.func @normal_form(%x: tensor<2x3x7xi8>, %w: tensor<9x7x!ternary.trit>, %q: tensor<2x2x4x3x16xf32>, %k: tensor<2x2x11x16xf32>) -> (tensor<2x3x9xi32>, tensor<2x2x4x3x11xf32>) {
  // CHECK: systolic.kernel class(matmul_free) role(up)
  // CHECK-NEXT: ^bb0(%{{.+}}: tensor<1x6x7xi8>, %{{.+}}: tensor<1x9x7x!ternary.trit>, %{{.+}}: tensor<1x6x9xi32>):
  // CHECK: systolic.kernel class(attention) role(scores) {{.*}} query_groups([2])
  // CHECK-NEXT: ^bb0(%{{.+}}: tensor<16x3x16xf32>, %{{.+}}: tensor<16x11x16xf32>, %{{.+}}: tensor<16x3x11xf32>):
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<2x3x7xi8>, tensor<9x7x!ternary.trit>)
      maps [affine_map<(b, t, n, k) -> (b, t, k)>, affine_map<(b, t, n, k) -> (n, k)>, affine_map<(b, t, n, k) -> (b, t, n)>] -> tensor<2x3x9xi32>
  %1 = decoder.attention_product role(scores) query_groups([2]) ins(%q, %k : tensor<2x2x4x3x16xf32>, tensor<2x2x11x16xf32>)
      maps [affine_map<(b, h, g, t, l, e) -> (b, h, g, t, e)>, affine_map<(b, h, g, t, l, e) -> (b, h, l, e)>, affine_map<(b, h, g, t, l, e) -> (b, h, g, t, l)>] -> tensor<2x2x4x3x11xf32>
  return %0, %1 : tensor<2x3x9xi32>, tensor<2x2x4x3x11xf32>
}
