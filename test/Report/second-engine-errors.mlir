// What a report on two engines refuses.
//
// RUN: onebit-opt %s --report --split-input-file --verify-diagnostics

// A price on the second engine alone.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#base = #systolic.array<name = "a", rows = 1, columns = 1, dataflow = os>
#second = #systolic.array<name = "b", rows = 2, columns = 1, dataflow = ws, base = #base, shared_dram = true>
#other = #systolic.array<name = "b", rows = 3, columns = 1, dataflow = ws, base = #base, shared_dram = true>
func.func @f(%x: tensor<1x1xf32>) {
  // expected-error @below {{is on an engine beside another array and has no baseline: run --onebit-annotate-cost again}}
  %0 = systolic.kernel class(matmul_free) role(q) on #second
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 1>) {
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

// -----

// Two second engines.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#base = #systolic.array<name = "a", rows = 1, columns = 1, dataflow = os>
#second = #systolic.array<name = "b", rows = 2, columns = 1, dataflow = ws, base = #base, shared_dram = true>
#other = #systolic.array<name = "b", rows = 3, columns = 1, dataflow = ws, base = #base, shared_dram = true>
func.func @f(%x: tensor<1x1xf32>) {
  // expected-note @below {{the other kernel}}
  %0 = systolic.kernel class(matmul_free) role(q) on #second
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 1>) baseline(<"f", cycles = 1>) {
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
  // expected-error @below {{is on another array than another kernel: a report is about one array, of which only the dataflow may differ}}
  %1 = systolic.kernel class(matmul_free) role(q) on #other
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 1>) baseline(<"f", cycles = 1>) {
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

// -----

// Sums of what was compiled, whatever the baseline.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#base = #systolic.array<name = "a", rows = 1, columns = 1, dataflow = os>
#second = #systolic.array<name = "b", rows = 2, columns = 1, dataflow = ws, base = #base, shared_dram = true>
#other = #systolic.array<name = "b", rows = 3, columns = 1, dataflow = ws, base = #base, shared_dram = true>
// expected-error @below {{the sum of 'cycles' over all kernels is more than 64 bits can count: report on fewer layers}}
module {
  func.func @f(%x: tensor<1x1xf32>) {
    %0 = systolic.kernel class(matmul_free) role(q) on #second
        ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
        cost(<"f", cycles = 4611686018427387904>) baseline(<"f", cycles = 1>) {
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
    %1 = systolic.kernel class(matmul_free) role(q) on #second
        ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
        cost(<"f", cycles = 4611686018427387904>) baseline(<"f", cycles = 1>) {
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

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#base = #systolic.array<name = "a", rows = 1, columns = 1, dataflow = os>
#second = #systolic.array<name = "b", rows = 2, columns = 1, dataflow = ws, base = #base, shared_dram = true>
#other = #systolic.array<name = "b", rows = 3, columns = 1, dataflow = ws, base = #base, shared_dram = true>
// Not every kernel moves something.
// expected-error @below {{moving operands between the engines takes more bits or cycles than 64 bits can count: report on fewer layers}}
module {
  func.func @f(%x: tensor<1x1xf32>) {
    %0 = systolic.kernel class(matmul_free) role(q) on #second
        ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
        cost(<"f", cycles = 1, moved_bits = 4611686018427387904>) baseline(<"f", cycles = 1>) {
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
    %1 = systolic.kernel class(matmul_free) role(q) on #second
        ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
        cost(<"f", cycles = 1, moved_bits = 4611686018427387904>) baseline(<"f", cycles = 1>) {
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
    %2 = systolic.kernel class(matmul_free) role(q) on #base
        ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
        cost(<"f", cycles = 1>) baseline(<"f", cycles = 1>) {
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
