// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=main" --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: not onebit-opt %s --lower-to-systolic=entry=dynamic 2>&1 | FileCheck %s --check-prefix=DYNAMIC

// A cache has more slots than there are tokens: attention is over all of them, as the
// program computes it. A function that nothing calls is none of the model's. A size
// that is not known is an error, never 1.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: attention,1,1,20,8
// CHECK-NOT:  {{.}}
// DYNAMIC: error: 'linalg.matmul' op is a matrix product whose sizes are not all known

func.func @main(%q: tensor<1x8xf32> {decoder.activation}, %slots: tensor<20x8xf32> {decoder.cache},
                %key: tensor<1x8xf32> {decoder.activation}, %at: index) -> tensor<1x20xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x20xf32>
  %e = tensor.empty() : tensor<8x20xf32>
  %new = tensor.insert_slice %key into %slots[%at, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<20x8xf32>
  %turned = linalg.transpose ins(%new : tensor<20x8xf32>) outs(%e : tensor<8x20xf32>) permutation = [1, 0]
  %0 = linalg.matmul ins(%q, %turned : tensor<1x8xf32>, tensor<8x20xf32>) outs(%zero : tensor<1x20xf32>) -> tensor<1x20xf32>
  return %0 : tensor<1x20xf32>
}
func.func private @nobody(%x: tensor<3x8xf32>, %w: tensor<8x8xf32>) -> tensor<3x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}
func.func @dynamic(%x: tensor<?x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}, %zero: tensor<?x8xf32> {decoder.activation}) -> tensor<?x8xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<?x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
