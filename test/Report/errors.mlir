// RUN: onebit-opt %s --report=json --split-input-file --verify-diagnostics

// expected-error @below {{nothing to report: the module has no systolic.kernel; run --lower-to-systolic on a module with matrix products first}}
module {
  func.func @no_kernel() {
    return
  }
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @unpriced(%x: tensor<1x1xf32>) {
  // expected-error @below {{has no cost: run --onebit-annotate-cost, or --lower-to-systolic, before the report}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y] {
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

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @two_cost_models(%x: tensor<1x1xf32>) {
  // expected-note @below {{the other kernel}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
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
  // expected-error @below {{is priced by 'g' and another kernel by 'f': run --onebit-annotate-cost again to price all by one cost model}}
  %1 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"g", cycles = 1>) {
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

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>
#other = #systolic.array<name = "a", rows = 4, columns = 5, dataflow = os>

func.func @two_sizes(%x: tensor<1x1xf32>) {
  // expected-note @below {{the other kernel}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
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
  // expected-error @below {{is on another array than another kernel: a report is about one array, of which only the dataflow may differ}}
  %1 = systolic.kernel class(matmul_free) role(q) on #other
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

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>
#other = #systolic.array<name = "b", rows = 4, columns = 4, dataflow = os>

func.func @two_names(%x: tensor<1x1xf32>) {
  // expected-note @below {{the other kernel}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
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
  // expected-error @below {{is on another array than another kernel: a report is about one array, of which only the dataflow may differ}}
  %1 = systolic.kernel class(matmul_free) role(q) on #other
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

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>
#other = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os, ofmap_kb = 1>

func.func @two_memories(%x: tensor<1x1xf32>) {
  // expected-note @below {{the other kernel}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
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
  // expected-error @below {{is on another array than another kernel: a report is about one array, of which only the dataflow may differ}}
  %1 = systolic.kernel class(matmul_free) role(q) on #other
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

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

// Each fits into 64 bits, 2^62 + 2^62 does not.
// expected-error @below {{the sum of 'cycles' over all kernels is more than 64 bits can count: report on fewer layers, or on parts of the module}}
module {
func.func @sum_too_large(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 4611686018427387904>) {
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
  %1 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 4611686018427387904>) {
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
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

// The sum over the kernels of what is a sum over the metrics.
// expected-error @below {{the sum of 'sram_accesses' over all kernels is more than 64 bits can count}}
module {
func.func @accesses_too_large(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", sram_ifmap_reads = 2305843009213693952, sram_filter_reads = 2305843009213693952, sram_ofmap_writes = 2305843009213693952>) {
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
  %1 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", sram_ifmap_reads = 2305843009213693952, sram_filter_reads = 2305843009213693952, sram_ofmap_writes = 2305843009213693952>) {
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
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @kernel_accesses_too_large(%x: tensor<1x1xf32>) {
  // expected-error @below {{has more SRAM accesses than 64 bits can count}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", sram_ifmap_reads = 4611686018427387904, sram_filter_reads = 4611686018427387904, sram_ofmap_writes = 0>) {
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

#x = affine_map<(a, b, n, k) -> (a, b, k)>
#w = affine_map<(a, b, n, k) -> (n, k)>
#y = affine_map<(a, b, n, k) -> (a, b, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

// 2^40 * 2^40 rows.
func.func @product_too_large(%x: tensor<1099511627776x1099511627776x1xf32>, %w: tensor<1x1xf32>,
                             %y: tensor<1099511627776x1099511627776x1xf32>) {
  // expected-error @below {{is a product larger than 64 bits can count}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1099511627776x1099511627776x1xf32>, tensor<1x1xf32>)
      outs(%y : tensor<1099511627776x1099511627776x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 1>) {
  ^bb0(%i: tensor<1x9223372036854775807x1xf32>, %f: tensor<1x1x1xf32>, %o: tensor<1x9223372036854775807x1xf32>):
    %l = systolic.loop (%m) to (9223372036854775807) step (1) init(%c = %o) : tensor<1x9223372036854775807x1xf32> {
      %ti = systolic.slice %i[0, %m, 0] size [1, 1, 1] : tensor<1x9223372036854775807x1xf32> to tensor<1x1x1xf32>
      %tf = systolic.slice %f[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %to = systolic.slice %c[0, %m, 0] size [1, 1, 1] : tensor<1x9223372036854775807x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1] : tensor<1x1x1xf32>, tensor<1x1x1xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[0, %m, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x9223372036854775807x1xf32>
      systolic.yield %u : tensor<1x9223372036854775807x1xf32>
    }
    systolic.yield %l : tensor<1x9223372036854775807x1xf32>
  } -> tensor<1099511627776x1099511627776x1xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @two_nodes(%x: tensor<1x1xf32>) {
  // expected-note @below {{the other kernel}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f" at nm7, cycles = 1>) {
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
  // expected-error @below {{has energies at 'nm45' and another kernel at 'nm7': run --onebit-annotate-cost again to price all at one process node}}
  %1 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f" at nm45, cycles = 1>) {
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

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @one_node(%x: tensor<1x1xf32>) {
  // expected-note @below {{the other kernel}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f" at nm7, cycles = 1>) {
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
  // expected-error @below {{has energies at 'none' and another kernel at 'nm7'}}
  %1 = systolic.kernel class(matmul_free) role(q) on #array
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

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @traffic(%x: tensor<1x1xf32>) {
  // expected-error @below {{has more DRAM traffic than 64 bits can count}}
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", dram_ifmap_bits = 9223372036854775807, dram_filter_bits = 1,
            dram_ofmap_read_bits = 0, dram_ofmap_write_bits = 0>) {
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
