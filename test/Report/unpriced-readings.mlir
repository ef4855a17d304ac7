// A fold of 16 x 16 sums of 32 bits, and half a memory of 4096 bits: the family onebit has
// no price for it. readings.test has the rest.
// RUN: onebit-opt %s --readings -o /dev/null

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "small", rows = 16, columns = 16, dataflow = os, ofmap_kb = 1>

func.func @wide(%x: tensor<16x4xf32>, %w: tensor<16x4xf32>, %y: tensor<16x16xf32>) {
  %0 = systolic.kernel "wide" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<16x4xf32>, tensor<16x4xf32>) outs(%y : tensor<16x16xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x16x4xf32>, %f: tensor<1x16x4xf32>, %o: tensor<1x16x16xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x16x16xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 16, 4] : tensor<1x16x4xf32> to tensor<1x16x4xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 16, 4] : tensor<1x16x4xf32> to tensor<1x16x4xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 16, 16] : tensor<1x16x16xf32> to tensor<1x16x16xf32>
      %p = systolic.fold %ti, %tf into %to tile [16, 16, 4] : tensor<1x16x4xf32>, tensor<1x16x4xf32> into tensor<1x16x16xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 16, 16] : tensor<1x16x16xf32> into tensor<1x16x16xf32>
      systolic.yield %u : tensor<1x16x16xf32>
    }
    systolic.yield %l : tensor<1x16x16xf32>
  } -> tensor<16x16xf32>
  return
}
