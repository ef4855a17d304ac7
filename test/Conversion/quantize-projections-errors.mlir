// RUN: not onebit-opt %s --onebit-quantize-projections=full-precision=q,nosuch 2>&1 | FileCheck %s --check-prefix=ROLE
// RUN: not onebit-opt %s --onebit-quantize-projections=full-precision=scores 2>&1 | FileCheck %s --check-prefix=SCORES
// RUN: not onebit-opt %s --onebit-quantize-projections=activation-bits=9 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not onebit-opt %s --onebit-quantize-projections=activation-bits=1 2>&1 | FileCheck %s --check-prefix=ONE
// RUN: not onebit-opt %s --onebit-quantize-projections=scheme=b2 2>&1 | FileCheck %s --check-prefix=SCHEME

// ROLE: error: full-precision: 'nosuch' is not the role of a projection; expected none or a list of q, k, v, qkv, o, gate, up, gate_up, down, router, lm_head, other
// SCORES: error: full-precision: 'scores' is not the role of a projection
// BITS: error: activation-bits must be between 2 and 8, got 9
// ONE: error: activation-bits must be between 2 and 8, got 1
// SCHEME: Cannot find option named 'b2'
module {}
