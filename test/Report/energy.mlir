// Energies by hand, in femtojoules: 10^12 of them are a millijoule. Two sequences
// make two tokens a step. Of a token:
//
//                int8  int32  scales    SRAM     DRAM  total   DRAM bits
//   q_proj          1      4       1       5       40     50          40
//   scores         10     10       0  0.0002  14.9998     25          10
//
// RUN: onebit-opt %s --report=text | FileCheck %s --check-prefix=TEXT --match-full-lines --strict-whitespace
// RUN: onebit-opt %s --report=json | %python -m json.tool | FileCheck %s
// RUN: onebit-opt %s --report=csv | FileCheck %s --check-prefix=CSV

//      TEXT:Energy at 7 nm, in mJ per token
// TEXT-NEXT:                               arithmetic
// TEXT-NEXT:                    int8 sums  int32 sums  scales    SRAM     DRAM     total     share
// TEXT-NEXT:MatMul-free             1.000       4.000   1.000   5.000    40.00     50.00   66.67 %
// TEXT-NEXT:attention               10.00       10.00       0  <0.001    15.00     25.00   33.33 %
// TEXT-NEXT:all                     11.00       14.00   1.000   5.000    55.00     75.00  100.00 %
// TEXT-NEXT:share of the total          -     18.67 %  1.33 %  6.67 %  73.33 %  100.00 %
// TEXT-NEXT:In the total: int32 sums, scales, SRAM, DRAM.
// TEXT-NEXT:Products only, by published tables; not registers, wires, leakage or vector work.
// TEXT-EMPTY:
// TEXT-NEXT:Amdahl's Law: how many times less MatMul-free and attention take, when a part takes S times less
// TEXT-NEXT:                             by DRAM bytes                          by energy
// TEXT-NEXT:S        MatMul-free  attention       both  MatMul-free  attention       both
// TEXT-NEXT:1              1.00x      1.00x      1.00x        1.00x      1.00x      1.00x
//      TEXT:10             3.57x      1.22x     10.00x        2.50x      1.43x     10.00x
//      TEXT:100            4.81x      1.25x    100.00x        2.94x      1.49x    100.00x
// TEXT-NEXT:ceiling        5.00x      1.25x  unbounded        3.00x      1.50x  unbounded
//      CSV:name,layer,class,role,batch,m,n,k,dataflow,macs,dram_ifmap_bits,dram_filter_bits,dram_ofmap_read_bits,
// CSV-SAME:dram_ofmap_write_bits,energy_arithmetic_int8_fj,energy_arithmetic_int32_fj,energy_scales_fj,energy_sram_fj,
// CSV-SAME:energy_dram_fj,energy_total_fj,dram_bits,
// CSV-NEXT:q,0,{{.*}},24,8,64,0,8,2000000000000,8000000000000,2000000000000,10000000000000,80000000000000,100000000000000,80,

// CHECK:      "total": {
// CHECK:        "energy_arithmetic_int8_fj": 22000000000000,
// CHECK-NEXT:   "energy_arithmetic_int32_fj": 28000000000000,
// CHECK-NEXT:   "energy_scales_fj": 2000000000000,
// CHECK-NEXT:   "energy_sram_fj": 10000400000000,
// CHECK-NEXT:   "energy_dram_fj": 109999600000000,
// CHECK-NEXT:   "energy_total_fj": 150000000000000,
// CHECK-NEXT:   "dram_bits": 100,
// CHECK-NEXT:   "scale_multiplications": 1
// CHECK-NEXT: }
// CHECK:      "matmul_free_fraction": {
// CHECK-NEXT:   "decoder": {
// CHECK-NEXT:     "macs": 0.5,
// CHECK-NEXT:     "dram_bits": 0.8,
// CHECK-NEXT:     "energy_total_fj": 0.6666666666666666
// CHECK:      "energy": {
// CHECK-NEXT:   "node": "7nm",
// CHECK-NEXT:   "per": "token",
// CHECK-NEXT:   "joules": {
// CHECK-NEXT:     "arithmetic_int8": 0.011,
// CHECK-NEXT:     "arithmetic_int32": 0.014,
// CHECK-NEXT:     "scales": 0.001,
// CHECK-NEXT:     "sram": 0.0050002,
// CHECK-NEXT:     "dram": 0.0549998,
// CHECK-NEXT:     "total": 0.075
// CHECK-NEXT:   },
// CHECK-NEXT:   "classes": {
// CHECK-NEXT:     "matmul_free": {
// CHECK-NEXT:       "arithmetic_int8": 0.001,
// CHECK:            "total": 0.05
// CHECK-NEXT:     },
// CHECK-NEXT:     "attention": {
// CHECK-NEXT:       "arithmetic_int8": 0.01,
// CHECK:            "total": 0.025
// CHECK-NEXT:     }
// CHECK-NEXT:   }
// CHECK-NEXT: },
//
// 100 / (100 - 80) and 100 / (100 - 20); 150 / (150 - 100) and 150 / (150 - 50).
// CHECK-NEXT: "amdahl": [
// CHECK:          "basis": "dram_bytes",
// CHECK-NEXT:     "scope": "decoder",
// CHECK:          "ceiling": {
// CHECK-NEXT:       "projections_faster": 5,
// CHECK-NEXT:       "attention_faster": 1.25,
// CHECK-NEXT:       "both_faster": null
// CHECK:          "basis": "dram_bytes",
// CHECK-NEXT:     "scope": "model",
// CHECK:          "basis": "energy",
// CHECK-NEXT:     "scope": "decoder",
// CHECK:          "ceiling": {
// CHECK-NEXT:       "projections_faster": 3,
// CHECK-NEXT:       "attention_faster": 1.5,
// CHECK-NEXT:       "both_faster": null
// CHECK:          "basis": "energy",
// CHECK-NEXT:     "scope": "model",

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

module attributes {decoder.model = #decoder.model<name = "tiny", family = "opt", layers = 1,
    phase = decode, layout = real, batch = 2, context_length = 4>} {
func.func @step(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel "q" class(matmul_free) role(q) layer(0) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand" at nm7, macs = 24, dram_ifmap_bits = 8, dram_filter_bits = 64, dram_ofmap_read_bits = 0,
            dram_ofmap_write_bits = 8, energy_arithmetic_int8_fj = 2000000000000, energy_arithmetic_int32_fj = 8000000000000,
            energy_scales_fj = 2000000000000, energy_sram_fj = 10000000000000, energy_dram_fj = 80000000000000,
            energy_total_fj = 100000000000000>) {
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
      cost(<"by-hand" at nm7, macs = 24, dram_ifmap_bits = 4, dram_filter_bits = 8, dram_ofmap_read_bits = 4,
            dram_ofmap_write_bits = 4, energy_arithmetic_int8_fj = 20000000000000, energy_arithmetic_int32_fj = 20000000000000,
            energy_scales_fj = 0, energy_sram_fj = 400000000, energy_dram_fj = 29999600000000,
            energy_total_fj = 50000000000000>) {
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
}
