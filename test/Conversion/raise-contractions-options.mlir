// RUN: onebit-opt %s --onebit-raise-contractions="weights=1" | FileCheck %s --check-prefixes=CHECK,INDEX
// RUN: onebit-opt %s --onebit-raise-contractions="weights=params*" | FileCheck %s --check-prefixes=CHECK,INDEX
// RUN: onebit-opt %s --onebit-raise-contractions="weights=none" | FileCheck %s --check-prefixes=CHECK,NONE
// RUN: onebit-opt %s --onebit-raise-contractions="weights=all" | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: onebit-opt %s --onebit-raise-contractions="entry=second weights=0" | FileCheck %s --check-prefixes=CHECK,ENTRY

// RUN: onebit-opt --help | FileCheck %s --check-prefix=HELP

// Names come from locations; a mark is stronger than an option; what the entry
// does not lead to goes.

// The pass and the pipeline say the same.
// HELP:     --entry=<string>{{.*}}- The function that is the model; functions that it does not lead to are removed (default: every public function).
// HELP-NEXT: --weights=<string>{{.*}}- Arguments of the entry that are weights, of those that no attribute marks: all, none, numbers from 0, or patterns of names; the decoder's own products say it themselves (default: what can be told, which is then an assumption).
// HELP:     --entry=<string>{{.*}}- The function that is the model; functions that it does not lead to are removed (default: every public function).
// HELP:     --weights=<string>{{.*}}- Arguments of the entry that are weights, of those that no attribute marks: all, none, numbers from 0, or patterns of names; the decoder's own products say it themselves (default: what can be told, which is then an assumption).

// INDEX: kind = weight, text = "taken for weights, as 'weights' asks: arguments 1 of @first; 1 of @second"
// NONE-NOT: decoder.assumptions
// ENTRY: kind = weight, text = "taken for weights, as 'weights' asks: argument 0 of @second"

// ENTRY-NOT: @first
// INDEX-LABEL: func.func @first
// NONE-LABEL: func.func @first
// ALL-LABEL: func.func @first
// INDEX: decoder.projection "params['up']" role(other) ins(%arg0, %arg1
// NONE: decoder.attention_product
// ALL: linalg.matmul
// INDEX: decoder.attention_product role(other) ins(%arg0, %arg2
// ALL: decoder.projection
func.func @first(%x: tensor<8x8xf32> loc("x"), %w: tensor<8x8xf32> loc("params['up']"),
                 %k: tensor<8x8xf32> {decoder.cache} loc("params_of_nobody")) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<8x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<8x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = linalg.matmul ins(%x, %k : tensor<8x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %0, %1 : tensor<8x8xf32>, tensor<8x8xf32>
}

// CHECK-LABEL: func.func @second
// ENTRY: decoder.projection "a" role(other) ins(%arg1, %arg0
func.func @second(%a: tensor<8x8xf32> loc("a"), %b: tensor<8x8xf32> loc("params")) -> tensor<8x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<8x8xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<8x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
