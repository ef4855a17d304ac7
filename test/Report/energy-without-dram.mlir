// Where DRAM is not known there is no total, and the text says so. Of a module
// that does not say that it decodes, energies are of a forward pass.
//
// RUN: onebit-opt %s --report=text | FileCheck %s --check-prefix=TEXT --match-full-lines --strict-whitespace
// RUN: onebit-opt %s --report=json | FileCheck %s
// RUN: onebit-opt %s --report=csv | FileCheck %s --check-prefix=CSV
// CSV: energy_arithmetic_int8_fj,energy_arithmetic_int32_fj,energy_scales_fj,energy_dram_fj,
// CSV: ,2000,8000,0,,

//      TEXT:Energy at 45 nm, in pJ per forward pass
// TEXT-NEXT:                        arithmetic
// TEXT-NEXT:             int8 sums  int32 sums  scales  SRAM  DRAM  total  share
// TEXT-NEXT:MatMul-free      2.000       8.000       0     -     -      -      -
// TEXT-NEXT:all              2.000       8.000       0     -     -      -      -
// TEXT-NEXT:SRAM is not known: the array does not say how large each memory is, or by-hand does not count all
// TEXT-NEXT:accesses.
// TEXT-NEXT:DRAM is not known: by-hand does not count all traffic to it here. Without it there is no total, and
// TEXT-NEXT:arithmetic alone is not the energy of a model.
// TEXT-NEXT:Products only, by published tables; not registers, wires, leakage or vector work.
// CHECK: "energy":{"node":"45nm","per":"forward","joules":{"arithmetic_int8":2e-12,"arithmetic_int32":8e-12,"scales":0,"dram":null},"classes":{"matmul_free":{"arithmetic_int8":2e-12,"arithmetic_int32":8e-12,"scales":0,"dram":null}}},"amdahl":[],

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @step(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel "q" class(matmul_free) role(q) layer(0) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand" at nm45, macs = 24, energy_arithmetic_int8_fj = 2000, energy_arithmetic_int32_fj = 8000,
            energy_scales_fj = 0>) {
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
