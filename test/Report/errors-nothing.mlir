// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=weights=all --report --split-input-file --verify-diagnostics

// Where there is nothing to report, what was assumed says why.

// expected-error @+1 {{nothing to report: the module is empty}}
module {}

// -----

// expected-error @+2 {{nothing to report: the module has no systolic.kernel; run --lower-to-systolic on a module with matrix products first}}
// expected-note @+1 {{taken for weights, as 'weights' asks: arguments 0, 1 of @two_weights}}
module {
  func.func @two_weights(%x: tensor<3x8xf32>, %w: tensor<8x8xf32>) -> tensor<3x8xf32> {
    %zero = arith.constant dense<0.0> : tensor<3x8xf32>
    // expected-note @+1 {{1 product of two weights can be folded and costs nothing here}}
    %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
    return %0 : tensor<3x8xf32>
  }
}

// -----

// expected-error @+1 {{nothing to report: the module has no systolic.kernel}}
module {
  func.func @convolution(%x: tensor<1x18xf32> {decoder.activation}, %w: tensor<3xf32>) -> tensor<1x16xf32> {
    %zero = arith.constant dense<0.0> : tensor<1x16xf32>
    // expected-note @+1 {{1 operation multiplies and adds but is not counted: its indexing maps are not projected permutations}}
    %0 = linalg.generic {indexing_maps = [affine_map<(n, w, f) -> (n, w + f)>, affine_map<(n, w, f) -> (f)>, affine_map<(n, w, f) -> (n, w)>],
                         iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %w : tensor<1x18xf32>, tensor<3xf32>) outs(%zero : tensor<1x16xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %1 = arith.mulf %a, %b : f32
      %2 = arith.addf %c, %1 : f32
      linalg.yield %2 : f32
    } -> tensor<1x16xf32>
    return %0 : tensor<1x16xf32>
  }
}

// -----

// expected-error @+1 {{nothing to report: the module has no systolic.kernel}}
module {
  func.func @unknown(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32>) -> tensor<3x8xf32> {
    // expected-note @+1 {{1 operation of a dialect that is not known here may hide products, attention among them: foo.matmul}}
    %0 = "foo.matmul"(%x, %w) : (tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>
    return %0 : tensor<3x8xf32>
  }
}

// -----

// expected-error @+1 {{nothing to report: the module has no systolic.kernel}}
module {
  func.func @memrefs(%x: memref<3x8xf32> {decoder.activation}, %w: memref<8x8xf32>, %y: memref<3x8xf32> {decoder.activation}) {
    // expected-note @+1 {{1 operation multiplies and adds but is not counted: it works on memrefs}}
    linalg.matmul ins(%x, %w : memref<3x8xf32>, memref<8x8xf32>) outs(%y : memref<3x8xf32>)
    return
  }
}
