// RUN: onebit-opt %s --onebit-raise-contractions --split-input-file --verify-diagnostics
// RUN: not onebit-opt %s --onebit-raise-contractions=entry=decode --split-input-file 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not onebit-opt %s --onebit-raise-contractions=weights=0,7 --split-input-file 2>&1 | FileCheck %s --check-prefix=INDEX
// RUN: not onebit-opt %s --onebit-raise-contractions=weights=model.* --split-input-file 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not onebit-opt %s --onebit-raise-contractions=weights=w[ --split-input-file 2>&1 | FileCheck %s --check-prefix=GLOB

// ENTRY: error: 'entry' names 'decode', but the module has no function of that name with a body
// INDEX: error: 'weights' names argument 7, but 'dynamic_tokens' has 2; arguments count from 0
// NAME: error: 'weights' has the pattern 'model.*', but no argument of 'dynamic_tokens' is called so; give argument numbers
// GLOB: error: 'weights' has the pattern 'w[', which cannot be read:

func.func @dynamic_tokens(%x: tensor<?x8xf32> {decoder.activation},
                          %w: tensor<8x4xf32> {decoder.weight = "w"}) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %tokens = tensor.dim %x, %c0 : tensor<?x8xf32>
  %empty = tensor.empty(%tokens) : tensor<?x4xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x4xf32>) -> tensor<?x4xf32>
  // expected-error @+1 {{is a matrix product whose sizes are not all known; export the model with static shapes, give this value a static type, or set the sizes of arguments with 'dim' (--onebit-set-dims)}}
  %0 = linalg.matmul ins(%x, %w : tensor<?x8xf32>, tensor<8x4xf32>)
      outs(%fill : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

// Every product of unknown size is named, not the first alone.

func.func @dynamic_context(%q: tensor<4x1x8xf32> {decoder.activation},
                           %k: tensor<4x8x?xf32> {decoder.cache},
                           %out: tensor<4x1x?xf32> {decoder.activation})
    -> (tensor<4x1x?xf32>, tensor<4x1x?xf32>) {
  // expected-error @+1 {{is a matrix product whose sizes are not all known}}
  %0 = linalg.batch_matmul ins(%q, %k : tensor<4x1x8xf32>, tensor<4x8x?xf32>)
      outs(%out : tensor<4x1x?xf32>) -> tensor<4x1x?xf32>
  // expected-error @+1 {{is a matrix product whose sizes are not all known}}
  %1 = linalg.batch_matmul ins(%q, %k : tensor<4x1x8xf32>, tensor<4x8x?xf32>)
      outs(%0 : tensor<4x1x?xf32>) -> tensor<4x1x?xf32>
  return %0, %1 : tensor<4x1x?xf32>, tensor<4x1x?xf32>
}
