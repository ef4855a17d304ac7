// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=json | FileCheck %s --check-prefix=JSON

// Two small weights multiplied and added to a large one (a low-rank adapter) can be
// folded: neither projection nor attention. The sum is a weight.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,3,6,8
// CHECK-NOT:  {{.}}
// JSON: "kind":"not_modelled","text":"1 product of two weights can be folded and costs nothing here"

func.func @main(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x6xf32> {decoder.weight = "w"},
                %a: tensor<8x2xf32> {decoder.weight = "lora_a"}, %b: tensor<2x6xf32> {decoder.weight = "lora_b"}) -> tensor<3x6xf32> {
  %z0 = arith.constant dense<0.0> : tensor<8x6xf32>
  %z1 = arith.constant dense<0.0> : tensor<3x6xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<8x2xf32>, tensor<2x6xf32>) outs(%z0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %1 = arith.addf %w, %0 : tensor<8x6xf32>
  %2 = linalg.matmul ins(%x, %1 : tensor<3x8xf32>, tensor<8x6xf32>) outs(%z1 : tensor<3x6xf32>) -> tensor<3x6xf32>
  return %2 : tensor<3x6xf32>
}
