// A product of 2^60 multiply-accumulates can be counted; its femtojoules cannot.
//
// RUN: onebit-opt %s --onebit-annotate-cost
// RUN: onebit-opt %s --onebit-annotate-cost=energy=7nm --verify-diagnostics

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "1024x1024", rows = 1024, columns = 1024, dataflow = os>
func.func @joules(%x: tensor<1048576x1048576xf32>, %w: tensor<1048576x1048576xf32>, %y: tensor<1048576x1048576xf32>) -> tensor<1048576x1048576xf32> {
  // expected-error @+1 {{'systolic.kernel' op cannot be priced by 'scale-sim-v2': 'energy_arithmetic_int8_fj' exceeds 64 bits}}
  %0 = systolic.kernel class(dense_projection) role(q) on #array
      ins(%x, %w : tensor<1048576x1048576xf32>, tensor<1048576x1048576xf32>) outs(%y : tensor<1048576x1048576xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x1048576x1048576xf32>, %filter: tensor<1x1048576x1048576xf32>, %ofmap: tensor<1x1048576x1048576xf32>):
    %1 = systolic.loop (%n, %m) to (1048576, 1048576) step (1024, 1024)
        init(%acc = %ofmap) : tensor<1x1048576x1048576xf32> {
      %i = systolic.slice %ifmap[0, %m, 0] size [1, 1024, 1048576] : tensor<1x1048576x1048576xf32> to tensor<1x1024x1048576xf32>
      %f = systolic.slice %filter[0, %n, 0] size [1, 1024, 1048576] : tensor<1x1048576x1048576xf32> to tensor<1x1024x1048576xf32>
      %o = systolic.slice %acc[0, %m, %n] size [1, 1024, 1024] : tensor<1x1048576x1048576xf32> to tensor<1x1024x1024xf32>
      %r = systolic.fold %i, %f into %o tile [1024, 1024, 1048576] : tensor<1x1024x1048576xf32>, tensor<1x1024x1048576xf32> into tensor<1x1024x1024xf32>
      %u = systolic.insert %r into %acc[0, %m, %n] size [1, 1024, 1024] : tensor<1x1024x1024xf32> into tensor<1x1048576x1048576xf32>
      systolic.yield %u : tensor<1x1048576x1048576xf32>
    }
    systolic.yield %1 : tensor<1x1048576x1048576xf32>
  } -> tensor<1048576x1048576xf32>
  return %0 : tensor<1048576x1048576xf32>
}
