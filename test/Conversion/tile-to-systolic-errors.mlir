// RUN: onebit-opt %s --split-input-file --verify-diagnostics --onebit-tile-to-systolic
// RUN: not onebit-opt %s --split-input-file --onebit-tile-to-systolic=array=nosuch 2>&1 | FileCheck %s --check-prefix=ARRAY
// RUN: not onebit-opt %s --split-input-file --onebit-tile-to-systolic=dataflow=xx 2>&1 | FileCheck %s --check-prefix=DATAFLOW

// RUN: not onebit-opt %s --split-input-file --onebit-tile-to-systolic="array=%source_dir/docs/examples/two-engines.json dataflow=auto" 2>&1 | FileCheck %s --check-prefix=ENGINES
// ENGINES: error: dataflow=auto chooses for one array: what an array with a projection_engine is compared with would not be chosen; give os, ws or is

// ARRAY: error: {{.*}}nosuch
// DATAFLOW: Cannot find option named 'xx'

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @empty(%x: tensor<0x7xf32>, %w: tensor<9x7xf32>) -> tensor<0x9xf32> {
  // expected-error @+1 {{has an empty dimension, so there is nothing to tile: batch 1, m 0, n 9, k 7}}
  %0 = decoder.projection role(q) ins(%x, %w : tensor<0x7xf32>, tensor<9x7xf32>) maps [#x, #w, #y] -> tensor<0x9xf32>
  return %0 : tensor<0x9xf32>
}

// -----

func.func @init(%x: tensor<2x7xi8>, %w: tensor<9x7xi8>, %bias: tensor<9xf32>) -> tensor<2x9xi32> {
  // expected-error @+1 {{has an init of 'f32' that cannot become elements of its result, 'i32'}}
  %0 = decoder.projection role(q) ins(%x, %w : tensor<2x7xi8>, tensor<9x7xi8>) init(%bias : tensor<9xf32>)
      maps [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>, affine_map<(m, n, k) -> (n)>] -> tensor<2x9xi32>
  return %0 : tensor<2x9xi32>
}
