// RUN: onebit-opt %s --onebit-set-dims="dims=2,ids:1=16" | FileCheck %s
// RUN: onebit-opt %s --onebit-set-dims="dims=*=4,1:0=2,1:1=16 entry=model" | FileCheck %s --check-prefix=OTHER
// RUN: onebit-opt %s --lower-to-systolic="array=8x8 dim=2,ids:1=16" --report=csv | cut -d, -f5-8 | FileCheck %s --check-prefix=REPORT

// The sizes go through the body, with what computes sizes of them.

// CHECK-LABEL: func.func @model
// CHECK-SAME: %{{.+}}: tensor<2x4xf32>
// CHECK-SAME: %{{.+}}: tensor<2x16xi64>
// CHECK-NOT: tensor.dim
// CHECK: linalg.matmul ins(%{{.+}}, %{{.+}} : tensor<2x4xf32>, tensor<4x8xf32>) outs(%{{.+}} : tensor<2x8xf32>) -> tensor<2x8xf32>
// CHECK: linalg.matmul ins(%{{.+}}, %{{.+}} : tensor<2x8xf32>, tensor<8x6xf32>)
// OTHER-LABEL: func.func @model
// OTHER-SAME: %{{.+}}: tensor<4x4xf32>
// OTHER-SAME: %{{.+}}: tensor<2x16xi64>
// OTHER: tensor<4x8xf32>
// REPORT: batch,m,n,k
// REPORT-NEXT: 1,2,8,4
// REPORT-NEXT: 1,2,6,8
func.func @model(%x: tensor<?x4xf32>, %ids: tensor<?x?xi64> loc("ids"), %w: tensor<4x8xf32> {decoder.weight = "w"}, %v: tensor<8x6xf32> {decoder.weight = "v"}) -> (tensor<?x6xf32>, tensor<?x?xi64>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e0 = tensor.empty(%rows) : tensor<?x8xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<?x4xf32>, tensor<4x8xf32>) outs(%z0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %1 = math.tanh %0 : tensor<?x8xf32>
  %rows1 = tensor.dim %1, %c0 : tensor<?x8xf32>
  %e1 = tensor.empty(%rows1) : tensor<?x6xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?x6xf32>) -> tensor<?x6xf32>
  %2 = linalg.matmul ins(%1, %v : tensor<?x8xf32>, tensor<8x6xf32>) outs(%z1 : tensor<?x6xf32>) -> tensor<?x6xf32>
  return %2, %ids : tensor<?x6xf32>, tensor<?x?xi64>
}

// Not an entry.
// CHECK: func.func private @inner(%{{.+}}: tensor<?xf32>
func.func private @inner(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// TOSA, and a shape that is computed of the sizes.

// REPORT-NEXT: 1,2,4,8
// REPORT-NEXT: 1,4,3,6
// CHECK-LABEL: func.func @others
// CHECK: tosa.matmul {{.*}} -> tensor<1x2x4xf32>
// CHECK: linalg.matmul ins(%{{.+}}, %{{.+}} : tensor<4x6xf32>, tensor<6x3xf32>)
func.func @others(%x: tensor<1x?x8xf32>, %w: tensor<1x8x4xf32> {decoder.weight = "w"}, %y: tensor<?x12xf32>, %v: tensor<6x3xf32> {decoder.weight = "v"}) -> (tensor<1x?x4xf32>, tensor<?x3xf32>) {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %t = tosa.tanh %x : (tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  %0 = tosa.matmul %t, %w, %zp, %zp : (tensor<1x?x8xf32>, tensor<1x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x?x4xf32>
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %y, %c0 : tensor<?x12xf32>
  %rows = arith.muli %n, %c2 : index
  %shape = tensor.from_elements %rows, %c6 : tensor<2xindex>
  %r = tensor.reshape %y(%shape) : (tensor<?x12xf32>, tensor<2xindex>) -> tensor<?x6xf32>
  %e = tensor.empty(%rows) : tensor<?x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = linalg.matmul ins(%r, %v : tensor<?x6xf32>, tensor<6x3xf32>) outs(%z : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0, %1 : tensor<1x?x4xf32>, tensor<?x3xf32>
}
