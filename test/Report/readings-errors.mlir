// Sums of readings beyond 64 bits: nine kernels that stream 2^60 vectors each.
// RUN: not onebit-opt %s --readings 2>&1 | FileCheck %s
// CHECK: error: the sum of reading 'scale_sim' over all kernels is more than 64 bits can count: report on fewer layers, or on parts of the module

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "one", rows = 1, columns = 1, dataflow = os>

func.func @long(%x: tensor<1x1152921504606846976xf32>, %w: tensor<1x1152921504606846976xf32>, %y: tensor<1x1xf32>) {
  %0 = systolic.kernel "0" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %1 = systolic.kernel "1" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %2 = systolic.kernel "2" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %3 = systolic.kernel "3" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %4 = systolic.kernel "4" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %5 = systolic.kernel "5" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %6 = systolic.kernel "6" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %7 = systolic.kernel "7" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  %8 = systolic.kernel "8" class(matmul_free) role(q) on #array
      ins(%x, %w : tensor<1x1152921504606846976xf32>, tensor<1x1152921504606846976xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"by-hand", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1152921504606846976xf32>, %f: tensor<1x1x1152921504606846976xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop (%b) to (1) step (1) init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32> to tensor<1x1x1152921504606846976xf32>
      %to = systolic.slice %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1152921504606846976] : tensor<1x1x1152921504606846976xf32>, tensor<1x1x1152921504606846976xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  return
}
