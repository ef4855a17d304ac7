// Where cycles and bytes go, by hand. The products are of 100 and of 40 cycles:
//
//            stream  port  preload  drain  ifmap  filter  ofmap
//   q_proj       20     0       10      5      5      60      0
//   scores       10    10        0      0      0       0     20
//
// RUN: onebit-opt %s --report=text | FileCheck %s --match-full-lines --strict-whitespace
//
// Without the bits of one operand there is no table of bytes, and without a cause
// none of causes.
// RUN: sed -e 's/dram_ofmap_read_bits = [0-9]*, //' -e 's/drain_cycles = [0-9]*, //' %s | onebit-opt - --report=text | FileCheck %s --check-prefix=LESS

//      CHECK:Where the cycles go
// CHECK-NEXT:                                                                waiting for DRAM
// CHECK-NEXT:             cycles   stream     port  preload   drain   ifmap   filter    ofmap
// CHECK-NEXT:MatMul-free     100  20.00 %   0.00 %  10.00 %  5.00 %  5.00 %  60.00 %   0.00 %
// CHECK-NEXT:attention        40  25.00 %  25.00 %   0.00 %  0.00 %  0.00 %   0.00 %  50.00 %
// CHECK-NEXT:all             140  21.43 %   7.14 %   7.14 %  3.57 %  3.57 %  42.86 %  14.29 %
// CHECK-EMPTY:
// CHECK-NEXT:Bytes to and from DRAM
// CHECK-NEXT:             ifmap read  filter read  ofmap read  ofmap written    all     share
// CHECK-NEXT:MatMul-free          10        1,201           0             20  1,231   92.48 %
// CHECK-NEXT:attention             2            8          40             50    100    7.52 %
// CHECK-NEXT:all                  12        1,209          40             70  1,331  100.00 %
// CHECK-EMPTY:

// LESS:     Work by class
// LESS-NOT: Where the cycles go
// LESS-NOT: Bytes to and from DRAM
// LESS:     Kernels, the most expensive first

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @step(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel "q" class(matmul_free) role(q) layer(0) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 100, stall_cycles = 65, stall_ifmap_cycles = 5, stall_filter_cycles = 60,
            stall_ofmap_cycles = 0, stream_cycles = 20, port_cycles = 0, preload_cycles = 10,
            drain_cycles = 5, macs = 24,
            dram_ifmap_bits = 80, dram_filter_bits = 9601,
            dram_ofmap_read_bits = 0, dram_ofmap_write_bits = 160>) {
  ^bb0(%i: tensor<1x1x1xf32>, %f: tensor<1x1x1xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop () to () step () init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %tf = systolic.slice %f[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %to = systolic.slice %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1] : tensor<1x1x1xf32>, tensor<1x1x1xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %1 = systolic.kernel "scores" class(attention) role(scores) layer(0) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 40, stall_cycles = 20, stall_ifmap_cycles = 0, stall_filter_cycles = 0,
            stall_ofmap_cycles = 20, stream_cycles = 10, port_cycles = 10, preload_cycles = 0,
            drain_cycles = 0, macs = 24,
            dram_ifmap_bits = 16, dram_filter_bits = 64,
            dram_ofmap_read_bits = 320, dram_ofmap_write_bits = 400>) {
  ^bb0(%i: tensor<1x1x1xf32>, %f: tensor<1x1x1xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop () to () step () init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %tf = systolic.slice %f[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %to = systolic.slice %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1] : tensor<1x1x1xf32>, tensor<1x1x1xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  return
}
