// RUN: onebit-opt %s --split-input-file --verify-diagnostics --onebit-weights-to-arguments

func.func @called() -> tensor<2xf32> {
  // expected-error @+1 {{is in a function that is called: run --inline before, so that its arguments may change}}
  %w = decoder.weight "w" : tensor<2xf32>
  return %w : tensor<2xf32>
}
func.func @caller() -> tensor<2xf32> {
  %0 = call @called() : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func @types() -> (tensor<2xf32>, tensor<3xf32>) {
  %a = decoder.weight "w" : tensor<2xf32>
  // expected-error @+1 {{"w" is of type 'tensor<3xf32>' here and of 'tensor<2xf32>' elsewhere; one name is one weight: give them names of their own}}
  %b = decoder.weight "w" : tensor<3xf32>
  return %a, %b : tensor<2xf32>, tensor<3xf32>
}

// -----

func.func @values() -> (tensor<2xf32>, tensor<2xf32>) {
  %a = decoder.weight "w" = dense<1.0> : tensor<2xf32> : tensor<2xf32>
  // expected-error @+1 {{"w" has another value elsewhere; one name is one weight: give them names of their own}}
  %b = decoder.weight "w" = dense<2.0> : tensor<2xf32> : tensor<2xf32>
  return %a, %b : tensor<2xf32>, tensor<2xf32>
}
