// RUN: onebit-opt %s --verify-diagnostics --onebit-convert-ternary-to-linalg

func.func @absent() -> (tensor<4x3x!ternary.trit>, tensor<f32>) {
  // expected-error @+1 {{cannot be computed: its bytes are a resource that is not there, or no packed weight}}
  %w, %s = ternary.weight "w" packing(hf) = dense_resource<gone> : tensor<3xi8> scale = dense<0.25> : tensor<f32>
      -> tensor<4x3x!ternary.trit>, tensor<f32>
  return %w, %s : tensor<4x3x!ternary.trit>, tensor<f32>
}
