// An array file says all of an array; its dataflow holds unless another is asked for.
//
// RUN: onebit-opt %s --onebit-tile-to-systolic=array=%source_dir/docs/examples/arrays/gemmini.json | FileCheck %s --check-prefixes=CHECK,WS
// RUN: onebit-opt %s --onebit-tile-to-systolic=array=gemmini | FileCheck %s --check-prefixes=CHECK,WS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=gemmini dataflow=array" | FileCheck %s --check-prefixes=CHECK,WS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=gemmini dataflow=os" | FileCheck %s --check-prefixes=CHECK,OS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=gemmini dataflow=is" | FileCheck %s --check-prefixes=CHECK,IS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=gemmini dataflow=ws" | FileCheck %s --check-prefixes=CHECK,WS
// RUN: onebit-opt %s --onebit-tile-to-systolic=array=16x16 | FileCheck %s --check-prefix=SIZE

// CHECK: #array = #systolic.array<name = "gemmini", rows = 16, columns = 16,
// WS-SAME: dataflow = ws
// OS-SAME: dataflow = os
// IS-SAME: dataflow = is
// CHECK-SAME: ifmap_kb = 128, filter_kb = 128, ofmap_kb = 64
// CHECK-SAME: machine = <preload = hidden, dense_weight_bits = 8, ifmap_port = 128, filter_port = 128, ofmap_port = 512, dram = 128>>
// SIZE: #array = #systolic.array<name = "16x16", rows = 16, columns = 16, dataflow = os>

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @f(%x: tensor<3x40xf32>, %w: tensor<50x40xf32>) -> tensor<3x50xf32> {
  // WS: systolic.loop ({{.*}}) to (1, 50, 40, 3) step (1, 16, 16, 3)
  // OS: systolic.loop ({{.*}}) to (1, 50, 3, 40) step (1, 16, 3, 40)
  // IS: systolic.loop ({{.*}}) to (1, 3, 40, 50) step (1, 3, 16, 50)
  %0 = decoder.projection role(q) ins(%x, %w : tensor<3x40xf32>, tensor<50x40xf32>) maps [#x, #w, #y] -> tensor<3x50xf32>
  return %0 : tensor<3x50xf32>
}
