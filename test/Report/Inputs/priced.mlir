// Three layers of two products each and an lm_head, priced by hand. In cycles:
//
//   layer      q_proj  scores
//   0              30      10
//   1              30      10
//   2              40      10     lm_head, in full precision: 60
//
// decoder: 100 / (100 + 30), model: 100 / 190.

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "hand", rows = 4, columns = 4, dataflow = os,
    ifmap_kb = 1, filter_kb = 2048, ofmap_kb = 3>

module attributes {
    decoder.model = #decoder.model<name = "tiny", family = "opt", layers = 3,
        phase = decode, layout = real, batch = 1, context_length = 2048>,
    decoder.assumptions = [
        #decoder.assumption<kind = tied_weight,
            text = "lm_head shares its weight with the embedding">,
        #decoder.assumption<kind = weight, text = "argument 1 is a weight",
            location = loc("model.mlir":7:3)>]} {
func.func @tiny(%x: tensor<1x4xf32>, %w4: tensor<4x4xf32>, %w8: tensor<8x4xf32>,
                %y4: tensor<1x4xf32>, %y8: tensor<1x8xf32>) {
  %0 = systolic.kernel "model.layers.0.q_proj" class(matmul_free) role(q) layer(0) on #array
      ins(%x, %w8 : tensor<1x4xf32>, tensor<8x4xf32>) outs(%y8 : tensor<1x8xf32>) maps [#x, #w, #y]
      cost(<"by-hand", folds = 2, cycles = 30, cycles_corrected = 31, macs = 32, sram_ifmap_reads = 8, sram_filter_reads = 32,
            sram_ofmap_writes = 10, sram_ofmap_writes_corrected = 5, sram_ofmap_reads_corrected = 1,
            mapped_pes = 8, compute_pe_cycles = 320, compute_pe_cycles_corrected = 256>) {
  ^bb0(%i: tensor<1x1x4xf32>, %f: tensor<1x8x4xf32>, %o: tensor<1x1x8xf32>):
    %l = systolic.loop (%b, %n) to (1, 8) step (1, 4) init(%c = %o) : tensor<1x1x8xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %tf = systolic.slice %f[%b, %n, 0] size [1, 4, 4] : tensor<1x8x4xf32> to tensor<1x4x4xf32>
      %to = systolic.slice %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x8xf32> to tensor<1x1x4xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x4x4xf32> into tensor<1x1x4xf32>
      %u = systolic.insert %p into %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> into tensor<1x1x8xf32>
      systolic.yield %u : tensor<1x1x8xf32>
    }
    systolic.yield %l : tensor<1x1x8xf32>
  } -> tensor<1x8xf32>
  %1 = systolic.kernel class(attention) role(scores) layer(0) on #array
      ins(%x, %w4 : tensor<1x4xf32>, tensor<4x4xf32>) outs(%y4 : tensor<1x4xf32>) maps [#x, #w, #y]
      cost(<"by-hand", folds = 1, cycles = 10, cycles_corrected = 11, macs = 16, sram_ifmap_reads = 4, sram_filter_reads = 16,
            sram_ofmap_writes = 4, sram_ofmap_writes_corrected = 2, sram_ofmap_reads_corrected = 1,
            mapped_pes = 4, compute_pe_cycles = 160, compute_pe_cycles_corrected = 128>) {
  ^bb0(%i: tensor<1x1x4xf32>, %f: tensor<1x4x4xf32>, %o: tensor<1x1x4xf32>):
    %l = systolic.loop (%b, %n) to (1, 4) step (1, 4) init(%c = %o) : tensor<1x1x4xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %tf = systolic.slice %f[%b, %n, 0] size [1, 4, 4] : tensor<1x4x4xf32> to tensor<1x4x4xf32>
      %to = systolic.slice %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x4x4xf32> into tensor<1x1x4xf32>
      %u = systolic.insert %p into %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> into tensor<1x1x4xf32>
      systolic.yield %u : tensor<1x1x4xf32>
    }
    systolic.yield %l : tensor<1x1x4xf32>
  } -> tensor<1x4xf32>
  %2 = systolic.kernel "model.layers.1.q_proj" class(matmul_free) role(q) layer(1) on #array
      ins(%x, %w8 : tensor<1x4xf32>, tensor<8x4xf32>) outs(%y8 : tensor<1x8xf32>) maps [#x, #w, #y]
      cost(<"by-hand", folds = 2, cycles = 30, cycles_corrected = 31, macs = 32, sram_ifmap_reads = 8, sram_filter_reads = 32,
            sram_ofmap_writes = 10, sram_ofmap_writes_corrected = 5, sram_ofmap_reads_corrected = 1,
            mapped_pes = 8, compute_pe_cycles = 320, compute_pe_cycles_corrected = 256>) {
  ^bb0(%i: tensor<1x1x4xf32>, %f: tensor<1x8x4xf32>, %o: tensor<1x1x8xf32>):
    %l = systolic.loop (%b, %n) to (1, 8) step (1, 4) init(%c = %o) : tensor<1x1x8xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %tf = systolic.slice %f[%b, %n, 0] size [1, 4, 4] : tensor<1x8x4xf32> to tensor<1x4x4xf32>
      %to = systolic.slice %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x8xf32> to tensor<1x1x4xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x4x4xf32> into tensor<1x1x4xf32>
      %u = systolic.insert %p into %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> into tensor<1x1x8xf32>
      systolic.yield %u : tensor<1x1x8xf32>
    }
    systolic.yield %l : tensor<1x1x8xf32>
  } -> tensor<1x8xf32>
  %3 = systolic.kernel class(attention) role(scores) layer(1) on #array
      ins(%x, %w4 : tensor<1x4xf32>, tensor<4x4xf32>) outs(%y4 : tensor<1x4xf32>) maps [#x, #w, #y]
      cost(<"by-hand", folds = 1, cycles = 10, cycles_corrected = 11, macs = 16, sram_ifmap_reads = 4, sram_filter_reads = 16,
            sram_ofmap_writes = 4, sram_ofmap_writes_corrected = 2, sram_ofmap_reads_corrected = 1,
            mapped_pes = 4, compute_pe_cycles = 160, compute_pe_cycles_corrected = 128>) {
  ^bb0(%i: tensor<1x1x4xf32>, %f: tensor<1x4x4xf32>, %o: tensor<1x1x4xf32>):
    %l = systolic.loop (%b, %n) to (1, 4) step (1, 4) init(%c = %o) : tensor<1x1x4xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %tf = systolic.slice %f[%b, %n, 0] size [1, 4, 4] : tensor<1x4x4xf32> to tensor<1x4x4xf32>
      %to = systolic.slice %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x4x4xf32> into tensor<1x1x4xf32>
      %u = systolic.insert %p into %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> into tensor<1x1x4xf32>
      systolic.yield %u : tensor<1x1x4xf32>
    }
    systolic.yield %l : tensor<1x1x4xf32>
  } -> tensor<1x4xf32>
  %4 = systolic.kernel "model.layers.2.q_proj" class(matmul_free) role(q) layer(2) on #array
      ins(%x, %w8 : tensor<1x4xf32>, tensor<8x4xf32>) outs(%y8 : tensor<1x8xf32>) maps [#x, #w, #y]
      cost(<"by-hand", folds = 2, cycles = 40, cycles_corrected = 41, macs = 32, sram_ifmap_reads = 8, sram_filter_reads = 32,
            sram_ofmap_writes = 10, sram_ofmap_writes_corrected = 5, sram_ofmap_reads_corrected = 1,
            mapped_pes = 8, compute_pe_cycles = 320, compute_pe_cycles_corrected = 256>) {
  ^bb0(%i: tensor<1x1x4xf32>, %f: tensor<1x8x4xf32>, %o: tensor<1x1x8xf32>):
    %l = systolic.loop (%b, %n) to (1, 8) step (1, 4) init(%c = %o) : tensor<1x1x8xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %tf = systolic.slice %f[%b, %n, 0] size [1, 4, 4] : tensor<1x8x4xf32> to tensor<1x4x4xf32>
      %to = systolic.slice %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x8xf32> to tensor<1x1x4xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x4x4xf32> into tensor<1x1x4xf32>
      %u = systolic.insert %p into %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> into tensor<1x1x8xf32>
      systolic.yield %u : tensor<1x1x8xf32>
    }
    systolic.yield %l : tensor<1x1x8xf32>
  } -> tensor<1x8xf32>
  %5 = systolic.kernel class(attention) role(scores) layer(2) on #array
      ins(%x, %w4 : tensor<1x4xf32>, tensor<4x4xf32>) outs(%y4 : tensor<1x4xf32>) maps [#x, #w, #y]
      cost(<"by-hand", folds = 1, cycles = 10, cycles_corrected = 11, macs = 16, sram_ifmap_reads = 4, sram_filter_reads = 16,
            sram_ofmap_writes = 4, sram_ofmap_writes_corrected = 2, sram_ofmap_reads_corrected = 1,
            mapped_pes = 4, compute_pe_cycles = 160, compute_pe_cycles_corrected = 128>) {
  ^bb0(%i: tensor<1x1x4xf32>, %f: tensor<1x4x4xf32>, %o: tensor<1x1x4xf32>):
    %l = systolic.loop (%b, %n) to (1, 4) step (1, 4) init(%c = %o) : tensor<1x1x4xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %tf = systolic.slice %f[%b, %n, 0] size [1, 4, 4] : tensor<1x4x4xf32> to tensor<1x4x4xf32>
      %to = systolic.slice %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x4x4xf32> into tensor<1x1x4xf32>
      %u = systolic.insert %p into %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> into tensor<1x1x4xf32>
      systolic.yield %u : tensor<1x1x4xf32>
    }
    systolic.yield %l : tensor<1x1x4xf32>
  } -> tensor<1x4xf32>
  %6 = systolic.kernel "lm_head" class(dense_projection) role(lm_head) on #array
      ins(%x, %w8 : tensor<1x4xf32>, tensor<8x4xf32>) outs(%y8 : tensor<1x8xf32>) maps [#x, #w, #y]
      cost(<"by-hand", folds = 2, cycles = 60, cycles_corrected = 61, macs = 32, sram_ifmap_reads = 8, sram_filter_reads = 32,
            sram_ofmap_writes = 10, sram_ofmap_writes_corrected = 5, sram_ofmap_reads_corrected = 1,
            mapped_pes = 8, compute_pe_cycles = 320, compute_pe_cycles_corrected = 256>) {
  ^bb0(%i: tensor<1x1x4xf32>, %f: tensor<1x8x4xf32>, %o: tensor<1x1x8xf32>):
    %l = systolic.loop (%b, %n) to (1, 8) step (1, 4) init(%c = %o) : tensor<1x1x8xf32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %tf = systolic.slice %f[%b, %n, 0] size [1, 4, 4] : tensor<1x8x4xf32> to tensor<1x4x4xf32>
      %to = systolic.slice %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x8xf32> to tensor<1x1x4xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x4x4xf32> into tensor<1x1x4xf32>
      %u = systolic.insert %p into %c[%b, 0, %n] size [1, 1, 4] : tensor<1x1x4xf32> into tensor<1x1x8xf32>
      systolic.yield %u : tensor<1x1x8xf32>
    }
    systolic.yield %l : tensor<1x1x8xf32>
  } -> tensor<1x8xf32>
  return
}
}
