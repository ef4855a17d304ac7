// RUN: not onebit-opt %s --onebit-quantize-projections=full-precision=q,nosuch 2>&1 | FileCheck %s --check-prefix=ROLE
// RUN: not onebit-opt %s --onebit-quantize-projections=full-precision=scores 2>&1 | FileCheck %s --check-prefix=SCORES
// RUN: not onebit-opt %s --onebit-quantize-projections=activation-bits=9 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not onebit-opt %s --onebit-quantize-projections=activation-bits=1 2>&1 | FileCheck %s --check-prefix=ONE
// RUN: not onebit-opt %s --onebit-quantize-projections=scheme=b2 2>&1 | FileCheck %s --check-prefix=SCHEME
// RUN: not onebit-opt %s --onebit-quantize-projections=group-size=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not onebit-opt %s --onebit-quantize-projections=group-size=3 2>&1 | FileCheck %s --check-prefix=DIVIDE
// RUN: not onebit-opt %s --onebit-quantize-projections=activation-groups 2>&1 | FileCheck %s --check-prefix=ALONE
// RUN: not onebit-opt %s --onebit-quantize-projections="group-size=3 activation-groups" 2>&1 | FileCheck %s --check-prefix=RAGGED
// RUN: not onebit-opt %s --onebit-quantize-projections=packing=b1 2>&1 | FileCheck %s --check-prefix=PACKING
// RUN: not onebit-opt %s --onebit-quantize-projections 2>&1 | FileCheck %s --check-prefix=ALONG

// ROLE: error: full-precision: 'nosuch' is not the role of a projection; expected none or a list of q, k, v, qkv, o, gate, up, gate_up, down, router, lm_head, other
// SCORES: error: full-precision: 'scores' is not the role of a projection
// BITS: error: activation-bits must be between 2 and 8, got 9
// ONE: error: activation-bits must be between 2 and 8, got 1
// SCHEME: Cannot find option named 'b2'
// NEGATIVE: error: group-size must not be negative, got -1
// DIVIDE: error: 'decoder.projection' op group-size 3 must divide the one dimension of the weight that is summed, got 'tensor<2x4xf32>'
// ALONE: error: activation-groups needs a group-size: the groups are those of weights
// RAGGED: error: 'decoder.projection' op groups of 3 must divide the one dimension of the activation that is summed, got 'tensor<3x4xf32>'
// PACKING: Cannot find option named 'b1'
// ALONG: error: 'decoder.projection' op has a weight with scales along dimension 0, which must be the one that is summed

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @groups(%x: tensor<3x4xf32>, %w: tensor<2x4xf32>, %t: tensor<2x4x!ternary.trit>, %s: tensor<1x4xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) maps [#x, #w, #y] -> tensor<3x2xf32>
  %1 = ternary.dequantize_weight %t, %s group <size = 2, dim = 0> : tensor<2x4x!ternary.trit>, tensor<1x4xf32> -> tensor<2x4xf32>
  %2 = decoder.projection role(up) ins(%x, %1 : tensor<3x4xf32>, tensor<2x4xf32>) maps [#x, #w, #y] -> tensor<3x2xf32>
  return %0, %2 : tensor<3x2xf32>, tensor<3x2xf32>
}
