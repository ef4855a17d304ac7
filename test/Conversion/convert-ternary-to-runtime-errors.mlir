// RUN: onebit-opt %s --split-input-file --verify-diagnostics --onebit-convert-ternary-to-runtime

func.func @tensors(%x: tensor<1x3x8xi8>, %w: tensor<128xi8>, %y: tensor<1x3x4xi32>) -> tensor<1x3x4xi32> {
  // expected-error @+1 {{is of tensors, which have no address: bufferize first}}
  %0 = ternary.packed_matmul ins(%x, %w : tensor<1x3x8xi8>, tensor<128xi8>) outs(%y : tensor<1x3x4xi32>) -> tensor<1x3x4xi32>
  return %0 : tensor<1x3x4xi32>
}

// -----

// expected-error @+1 {{'onebit_ternary_matmul_i2_s' is the kernel of packed products: call it something else}}
func.func @onebit_ternary_matmul_i2_s(%x: memref<1x3x8xi8>, %w: memref<128xi8>, %y: memref<1x3x4xi32>) {
  ternary.packed_matmul ins(%x, %w : memref<1x3x8xi8>, memref<128xi8>) outs(%y : memref<1x3x4xi32>)
  return
}
