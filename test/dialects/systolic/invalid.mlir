// Each constraint by its label, and input that no printer would write.
//
// RUN: onebit-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

// array_c1
// expected-error @+1 {{an array must have between 1 and 65536 rows and columns, got 0 x 4}}
#array = #systolic.array<name = "a", rows = 0, columns = 4, dataflow = os>

// -----

// array_c1
// expected-error @+1 {{an array must have between 1 and 65536 rows and columns, got 4 x -1}}
#array = #systolic.array<name = "a", rows = 4, columns = -1, dataflow = os>

// -----

// array_c1
// expected-error @+1 {{an array must have between 1 and 65536 rows and columns, got 65537 x 4}}
#array = #systolic.array<name = "a", rows = 65537, columns = 4, dataflow = os>

// -----

// array_c1
// expected-error @+1 {{an array must have between 1 and 65536 rows and columns, got 4 x 65537}}
#array = #systolic.array<name = "a", rows = 4, columns = 65537, dataflow = os>

// -----

// array_c2
// expected-error @+1 {{a memory must not be negative, got 0, -1 and 0 kB}}
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os, filter_kb = -1>

// -----

// array_c3
#base = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>
#second = #systolic.array<name = "b", rows = 4, columns = 4, dataflow = os, base = #base>
// expected-error @+1 {{the array beside an engine must not itself be an engine beside another array}}
#third = #systolic.array<name = "c", rows = 4, columns = 4, dataflow = os, base = #second>

// -----

// array_c3
// expected-error @+1 {{'shared_dram' needs a 'base' to share with}}
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os, shared_dram = true>

// -----

// machine_c1
// expected-error @+1 {{bits of an element or word, and weights per word, must be between 1 and 64, got 0}}
#machine = #systolic.machine<weights_per_word = 0>

// -----

// machine_c1
// expected-error @+1 {{bits of an element or word, and weights per word, must be between 1 and 64, got 65}}
#machine = #systolic.machine<partial_sum_bits = 65>

// -----

// machine_c2
// expected-error @+1 {{clock, bandwidths and lanes must not be negative, got -1}}
#machine = #systolic.machine<dram = -1>

// -----

// vector_cost_c1
// expected-error @+1 {{vector work must have at least one pass, got 0}}
func.func private @passes() attributes {systolic.vector_cost = #systolic.vector_cost<family = "a", kind = norm, cycles = 3>}

// -----

// vector_cost_c2
// expected-error @+1 {{counts of vector work must not be negative, got -2}}
func.func private @negative() attributes {systolic.vector_cost = #systolic.vector_cost<family = "a", kind = norm, passes = 1, elements = -2>}

// -----

// vector_cost_c2
// expected-error @+1 {{counts of vector work must be 0 where it is unknown, got 7}}
func.func private @unknown() attributes {systolic.vector_cost = #systolic.vector_cost<family = "a", kind = unknown, cycles = 7>}

// -----

// vector_cost_c3
// expected-error @+1 {{has an unknown attribute 'systolic.vectors'; the dialect's are 'systolic.vector_cost' and 'systolic.counted'}}
func.func private @name() attributes {systolic.vectors}

// -----

// vector_cost_c3
// expected-error @+1 {{attribute 'systolic.vector_cost' must be a #systolic.vector_cost, got 7 : i64}}
func.func private @value() attributes {systolic.vector_cost = 7}

// -----

// counted_c1
// expected-error @+1 {{attribute 'systolic.counted' must be a #systolic.counted, got 7 : i64}}
func.func private @counter() attributes {systolic.counted = 7}

// -----

// scale_sim_c1
// expected-error @+1 {{a bandwidth must be at least 1 word per cycle, got 1, 0 and 1}}
#bandwidth = #systolic.scale_sim<ifmap = 1, filter = 0, ofmap = 1>

// -----

// causal_mask_c1
// expected-error @+1 {{a mask must be of at least one query a head and of no negative window, got 0 and 0}}
func.func private @mask() attributes {mask = #systolic.causal_mask<period = 0>}

// -----

// causal_mask_c1
// expected-error @+1 {{a mask must be of at least one query a head and of no negative window, got 1 and -1}}
func.func private @mask_window() attributes {mask = #systolic.causal_mask<period = 1, window = -1>}

// -----

// choice_c1
// expected-error @+1 {{cost of the runner-up must have the figures that 'cycles' is made of, and no others, got #systolic.cost<"a", macs = 1>}}
func.func private @figure() attributes {choice = #systolic.choice<cycles, runner_up = ws, cost = #systolic.cost<"a", macs = 1>>}

// -----

// choice_c1
// expected-error @+1 {{cost of the runner-up must have the figures that 'edp' is made of}}
func.func private @half() attributes {choice = #systolic.choice<edp, runner_up = ws, cost = #systolic.cost<"a", cycles = 1>>}

// -----

// choice_c1
// expected-error @+1 {{cost of the runner-up must have the figures that 'dram_bytes' is made of}}
func.func private @none() attributes {choice = #systolic.choice<dram_bytes, runner_up = ws, cost = #systolic.cost<"a">>}

// -----

// expected-error @+1 {{unknown dataflow 'xx' of the runner-up; expected os, ws or is}}
func.func private @dataflow() attributes {choice = #systolic.choice<cycles, runner_up = xx, cost = #systolic.cost<"a", cycles = 1>>}

// -----

// cost_c1
// expected-error @+1 {{metrics must ascend, each once, but 'cycles' follows 'macs'}}
func.func private @order() attributes {cost = #systolic.cost<"a", macs = 1, cycles = 1>}

// -----

// cost_c1
// expected-error @+1 {{metrics must ascend, each once, but 'macs' follows 'macs'}}
func.func private @twice() attributes {cost = #systolic.cost<"a", macs = 1, macs = 1>}

// -----

// cost_c2
// expected-error @+1 {{'cycles' must not be negative, got -1}}
func.func private @negative() attributes {cost = #systolic.cost<"a", cycles = -1>}

// -----

// cost_c3
// expected-error @+1 {{'energy_dram_fj' must be of a process node: write `at nm45` or `at nm7` behind the cost model}}
func.func private @energy_of_no_node() attributes {cost = #systolic.cost<"a", macs = 1, energy_dram_fj = 0>}

// -----

// cost_c3
// expected-error @+1 {{'energy_total_fj' must be of a process node}}
func.func private @energy_of_node_none() attributes {cost = #systolic.cost<"a" at none, energy_total_fj = 1>}

// -----

// expected-error @+2 {{expected one of [none, nm45, nm7]}}
// expected-error @+1 {{failed to parse Systolic_CostAttr parameter 'energy_node'}}
func.func private @no_such_node() attributes {cost = #systolic.cost<"a" at nm5>}

// -----

// expected-error @+1 {{unknown metric 'watts'}}
func.func private @unknown_metric() attributes {cost = #systolic.cost<"a", watts = 1>}

// -----

// expected-error @+1 {{expected valid keyword}}
func.func private @metric_is_a_keyword() attributes {cost = #systolic.cost<"a", 5>}

// -----

// expected-error @+1 {{expected '='}}
func.func private @metric_without_a_figure() attributes {cost = #systolic.cost<"a", cycles>}

// -----

// expected-error @+1 {{integer value too large}}
func.func private @figure_too_large() attributes {cost = #systolic.cost<"a", cycles = 9223372036854775808>}

// -----

// expected-error @+1 {{expected '>'}}
func.func private @unclosed_cost() attributes {cost = #systolic.cost<"a" cycles = 1>}

// -----

//===----------------------------------------------------------------------===//
// Kernel
//===----------------------------------------------------------------------===//

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_c6_shape(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must have the operands in matrix form as arguments, ('tensor<1x3x4xf32>', 'tensor<1x6x4xf32>', 'tensor<1x3x6xf32>'), got ('tensor<3x4xf32>', 'tensor<1x6x4xf32>', 'tensor<1x3x6xf32>')}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %j = "foo.use"(%ifmap) : (tensor<3x4xf32>) -> tensor<1x3x4xf32>
      %i = systolic.slice %j[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_c6_no_arguments(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must have the operands in matrix form as arguments}}
  %0 = "systolic.kernel"(%x, %w, %y) <{array = #array, indexing_maps = [#x, #w, #y],
      product_class = #decoder.class<attention>, role = #decoder.role<q>}> ({
    %1 = "foo.value"() : () -> tensor<1x3x6xf32>
    "systolic.yield"(%1) : (tensor<1x3x6xf32>) -> ()
  }) : (tensor<3x4xf32>, tensor<6x4xf32>, tensor<3x6xf32>) -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_c7_no_loop(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must be one loop that starts from the ofmap and a yield of its result}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    systolic.yield %ofmap : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_c7_yield(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must be one loop that starts from the ofmap and a yield of its result}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %ofmap : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_c7_third_op(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must be one loop that starts from the ofmap and a yield of its result}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    "foo.use"() : () -> ()
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_c7_init(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must be one loop that starts from the ofmap and a yield of its result}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %z = "foo.zero"() : () -> tensor<1x3x6xf32>
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %z) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_other_terminator(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must be one loop that starts from the ofmap and a yield of its result}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    "foo.end"() : () -> ()
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_yield_type(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must be one loop that starts from the ofmap and a yield of its result}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    %2 = "foo.value"() : () -> tensor<f32>
    systolic.yield %2 : tensor<f32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_without_blocks(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{region #0 ('body') failed to verify constraint: region with 1 blocks}}
  %0 = "systolic.kernel"(%x, %x, %x) <{array = #array, indexing_maps = [#x, #x, #x],
      product_class = #decoder.class<attention>, role = #decoder.role<q>}> ({
  }) : (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_with_empty_block(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{expects a non-empty block}}
  %0 = "systolic.kernel"(%x, %w, %y) <{array = #array, indexing_maps = [#x, #w, #y],
      product_class = #decoder.class<attention>, role = #decoder.role<q>}> ({
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
  }) : (tensor<3x4xf32>, tensor<6x4xf32>, tensor<3x6xf32>) -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @kernel_ofmap_of_another_type(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<6x3xf32>) {
  // expected-error @+1 {{expected type of operand #2 ('tensor<6x3xf32>') to match type of corresponding result ('tensor<3x6xf32>')}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<6x3xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

// The constraints of every product hold here, too: product_c1 to product_c4,
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @product_c3_of_kernel(%x: tensor<3x4xf32>, %w: tensor<6x5xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{loop 2 has extent 4, but the right side has 5 there}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x5xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

// and attention_product_c7.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @attention_product_c7_of_kernel(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{query group 1 must be a loop of the left side and the result that the right side does not have}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] query_groups([1]) {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Loop
//===----------------------------------------------------------------------===//

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_extents(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{must have as many extents and steps as induction variables and one carried value, got 1, 2 and 3 arguments}}
    %1 = systolic.loop (%b, %n) to (6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_steps(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{must have as many extents and steps as induction variables and one carried value, got 2, 3 and 3 arguments}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_induction_variables(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{must have as many extents and steps as induction variables and one carried value, got 3, 3 and 3 arguments}}
    %1 = systolic.loop (%b, %n) to (1, 6, 3) step (1, 4, 3) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_zero_step(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{a step must be between 1 and its extent, got 0 of 6}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 0) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_negative_step(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{a step must be between 1 and its extent, got -4 of 6}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, -4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_long_step(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{a step must be between 1 and its extent, got 7 of 6}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 7) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_zero_extent(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{a step must be between 1 and its extent, got 1 of 0}}
    %1 = systolic.loop (%b, %n) to (0, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_no_arguments(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{must have as many extents and steps as induction variables and one carried value, got 0, 0 and 0 arguments}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64>, steps = array<i64>}> ({
      "systolic.yield"(%ofmap) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c1_type(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{induction variables must be of type index, got 'i64'}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: i64, %acc: tensor<1x3x6xf32>):
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_without_blocks(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{region #0 ('body') failed to verify constraint: region with 1 blocks}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({

    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_with_empty_block(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expects a non-empty block}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_without_extents(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{requires attribute 'extents'}}
    %1 = "systolic.loop"(%ofmap) <{steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_without_steps(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{requires attribute 'steps'}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c2_carried(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{init, carried value, yielded value and result must have one type, 'tensor<1x3x6xf32>'}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf16>):
      "systolic.yield"(%ofmap) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c2_yielded(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{init, carried value, yielded value and result must have one type, 'tensor<1x3x6xf32>'}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      "systolic.yield"(%ifmap) : (tensor<1x3x4xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c2_init(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{init, carried value, yielded value and result must have one type, 'tensor<1x3x6xf32>'}}
    %1 = "systolic.loop"(%ifmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x4xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c2_terminator(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{init, carried value, yielded value and result must have one type, 'tensor<1x3x6xf32>'}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      "foo.end"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c2_yield_of_nothing(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{init, carried value, yielded value and result must have one type, 'tensor<1x3x6xf32>'}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      "systolic.yield"() : () -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_nothing_in_it(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{body must be three slices, one fold, one insert and a yield}}
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_another_op(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{body must be three slices, one fold, one insert and a yield}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      "foo.use"(%u) : (tensor<1x3x6xf32>) -> ()
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_two_folds(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{body must be three slices, one fold, one insert and a yield}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %t = systolic.fold %i, %f into %r tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_yield(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{the fold must work on slices of ifmap, filter and carried ofmap, and its result must be inserted into the carried ofmap and yielded}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %acc : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_insert(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{the fold must work on slices of ifmap, filter and carried ofmap, and its result must be inserted into the carried ofmap and yielded}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %o into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_insert_into_init(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{the fold must work on slices of ifmap, filter and carried ofmap, and its result must be inserted into the carried ofmap and yielded}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %ofmap[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_slice_of_init(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{the fold must work on slices of ifmap, filter and carried ofmap, and its result must be inserted into the carried ofmap and yielded}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %ofmap[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_slice_of_another_operand(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{the fold must work on slices of ifmap, filter and carried ofmap, and its result must be inserted into the carried ofmap and yielded}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %filter[%b, 0, 0] size [1, 6, 4] : tensor<1x6x4xf32> to tensor<1x6x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x6x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_no_slice(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{the fold must work on slices of ifmap, filter and carried ofmap, and its result must be inserted into the carried ofmap and yielded}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %ifmap, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c4_no_dimension(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{induction variable #2 must index exactly one of batch, m, n and k}}
    %1 = systolic.loop (%b, %n, %z) to (1, 6, 5) step (1, 4, 1) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c4_two_dimensions(%x: tensor<6x4xf32>, %w: tensor<6x4xf32>, %y: tensor<6x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<6x4xf32>, tensor<6x4xf32>) outs(%y : tensor<6x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x6x6xf32>):
    // expected-error @+1 {{induction variable #1 must index exactly one of batch, m, n and k}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x6x6xf32> {
      %i = systolic.slice %ifmap[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, %n, %n] size [1, 4, 4] : tensor<1x6x6xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 4]
          : tensor<1x?x4xf32>, tensor<1x?x4xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %n, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x6xf32>
      systolic.yield %u : tensor<1x6x6xf32>
    }
    systolic.yield %1 : tensor<1x6x6xf32>
  } -> tensor<6x6xf32>
  return
}

// -----

func.func @loop_outside_kernel(%y: tensor<1x3x6xf32>) {
  // expected-error @+1 {{expects parent op 'systolic.kernel'}}
  %0 = systolic.loop (%b) to (1) step (1) init(%acc = %y) : tensor<1x3x6xf32> {
    systolic.yield %acc : tensor<1x3x6xf32>
  }
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_no_parenthesis(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expected '('}}
    %1 = systolic.loop %b, %n to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_to(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expected 'to'}}
    %1 = systolic.loop (%b, %n) from (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_extent(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expected integer value}}
    %1 = systolic.loop (%b, %n) to (1, %n) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_large_extent(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{integer value too large}}
    %1 = systolic.loop (%b, %n) to (1, 9223372036854775808) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_step(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expected 'step'}}
    %1 = systolic.loop (%b, %n) to (1, 6) by (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_init(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expected 'init'}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) iter(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_equal(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expected '='}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc : %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_type(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{expected ':'}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_parse_init_of_another_type(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  // expected-note @+1 {{prior use here}}
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{use of value '%ofmap' expects different type than prior uses: 'tensor<1x3x4xf32>' vs 'tensor<1x3x6xf32>'}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x4xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c1_sizes(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{must have three offsets and three sizes of a matrix of static shape}}
      %i = systolic.slice %ifmap[%b, 0, 0] size [3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c1_offsets(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{must have three offsets and three sizes of a matrix of static shape}}
      %i = systolic.slice %ifmap[%b, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c1_zero_size(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{a size must be between 1 and the extent of its dimension, got 0 of 3}}
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 0, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c1_large_size(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{a size must be between 1 and the extent of its dimension, got 5 of 4}}
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 5] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c1_count_of_offsets(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      // expected-error @+1 {{must have three offsets and three sizes of a matrix of static shape}}
      %i = "systolic.slice"(%ifmap) <{sizes = array<i64: 1, 3, 4>,
          static_offsets = array<i64: -9223372036854775808, 0, 0>}> : (tensor<1x3x4xf32>) -> tensor<1x3x4xf32>
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c1_dynamic_source(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      %s = "foo.value"() : () -> tensor<1x?x4xf32>
      // expected-error @+1 {{must have three offsets and three sizes of a matrix of static shape}}
      %i = systolic.slice %s[0, 0, 0] size [1, 3, 4] : tensor<1x?x4xf32> to tensor<1x3x4xf32>
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_without_sizes(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      // expected-error @+1 {{requires attribute 'sizes'}}
      %i = "systolic.slice"(%ifmap) <{static_offsets = array<i64: 0, 0, 0>}> : (tensor<1x3x4xf32>) -> tensor<1x3x4xf32>
      "systolic.yield"(%acc) : (tensor<1x3x6xf32>) -> ()
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c2_constant(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{offset #1 must be an induction variable of the loop, or 0 for a whole dimension}}
      %i = systolic.slice %ifmap[%b, 1, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c2_not_whole(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{offset #1 must be an induction variable of the loop, or 0 for a whole dimension}}
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 2, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c2_computed(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %j = "foo.index"() : () -> index
      // expected-error @+1 {{offset #1 must be an induction variable of the loop, or 0 for a whole dimension}}
      %i = systolic.slice %ifmap[%b, %j, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c2_step(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n, %m) to (1, 6, 3) step (1, 4, 2) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{size 1 of extent 3 must be the step and extent of its loop, 2 and 3}}
      %i = systolic.slice %ifmap[%b, %m, 0] size [1, 1, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c2_extent(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n, %m) to (1, 6, 4) step (1, 4, 2) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      // expected-error @+1 {{size 2 of extent 3 must be the step and extent of its loop, 2 and 4}}
      %i = systolic.slice %ifmap[%b, %m, 0] size [1, 2, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c3_ragged(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      // expected-error @+1 {{result must be of type 'tensor<1x?x4xf32>', got 'tensor<1x4x4xf32>'}}
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x4x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x4x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @slice_c3_element_type(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      // expected-error @+1 {{result must be of type 'tensor<1x?x4xf32>', got 'tensor<1x?x4xf16>'}}
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf16>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf16> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

func.func @slice_outside_loop(%y: tensor<1x3x6xf32>) {
  // expected-error @+1 {{expects parent op 'systolic.loop'}}
  %0 = systolic.slice %y[0, 0, 0] size [1, 3, 6] : tensor<1x3x6xf32> to tensor<1x3x6xf32>
  return
}

// -----

// A use before the definition: nobody has looked at that slice yet.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @loop_c3_slice_after_the_loop(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{the fold must work on slices of ifmap, filter and carried ofmap}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %j = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    %i = "systolic.slice"(%ifmap) : (tensor<1x3x4xf32>) -> tensor<1x3x4xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Fold and insert
//===----------------------------------------------------------------------===//

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @fold_c1_length(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{tile must be [m, n, k], got [3, 4]}}
      %r = systolic.fold %i, %f into %o tile [3, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @fold_c1_tile(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{tile [m, n, k] must be what its slices say, [1, 3, 4], [1, 4, 4] and [1, 3, 4], got [3, 4, 3]}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 3]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @fold_c1_negative(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{tile [m, n, k] must be what its slices say, [1, 3, 4], [1, 4, 4] and [1, 3, 4], got [-3, 4, 4]}}
      %r = systolic.fold %i, %f into %o tile [-3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(b, m, n, k) -> (b, m, k)>
#w = affine_map<(b, m, n, k) -> (b, n, k)>
#y = affine_map<(b, m, n, k) -> (b, m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @fold_c1_two_batch_entries(%x: tensor<2x3x4xf32>, %w: tensor<2x6x4xf32>, %y: tensor<2x3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<2x3x4xf32>, tensor<2x6x4xf32>) outs(%y : tensor<2x3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<2x3x4xf32>, %filter: tensor<2x6x4xf32>, %ofmap: tensor<2x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (2, 6) step (2, 4) init(%acc = %ofmap) : tensor<2x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [2, 3, 4] : tensor<2x3x4xf32> to tensor<2x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [2, 4, 4] : tensor<2x6x4xf32> to tensor<2x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [2, 3, 4] : tensor<2x3x6xf32> to tensor<2x3x?xf32>
      // expected-error @+1 {{tile [m, n, k] must be what its slices say, [2, 3, 4], [2, 4, 4] and [2, 3, 4], got [3, 4, 4]}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<2x3x4xf32>, tensor<2x?x4xf32> into tensor<2x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [2, 3, 4] : tensor<2x3x?xf32> into tensor<2x3x6xf32>
      systolic.yield %u : tensor<2x3x6xf32>
    }
    systolic.yield %1 : tensor<2x3x6xf32>
  } -> tensor<2x3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 3, dataflow = os>
func.func @fold_c2_os_columns(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{needs 3 x 4 processing elements, but os array '4x4' has 4 x 3}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 2, columns = 4, dataflow = os>
func.func @fold_c2_os_rows(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{needs 3 x 4 processing elements, but os array '4x4' has 2 x 4}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 3, columns = 4, dataflow = ws>
func.func @fold_c2_ws(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{needs 4 x 4 processing elements, but ws array '4x4' has 3 x 4}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 3, dataflow = ws>
func.func @fold_c2_ws_columns(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{needs 4 x 4 processing elements, but ws array '4x4' has 4 x 3}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 2, dataflow = is>
func.func @fold_c2_is(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{needs 4 x 3 processing elements, but is array '4x4' has 4 x 2}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @fold_c3(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n, %n2) to (1, 6, 6) step (1, 4, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n2] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{slices must agree in where batch, m, n and k are}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n2] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @fold_c3_batch(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[0, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      // expected-error @+1 {{slices must agree in where batch, m, n and k are}}
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

func.func @fold_outside_loop(%i: tensor<1x3x4xf32>, %f: tensor<1x6x4xf32>, %o: tensor<1x3x6xf32>) {
  // expected-error @+1 {{expects parent op 'systolic.loop'}}
  %0 = systolic.fold %i, %f into %o tile [3, 6, 4] : tensor<1x3x4xf32>, tensor<1x6x4xf32> into tensor<1x3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @fold_of_later_slices(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = "systolic.loop"(%ofmap) <{extents = array<i64: 1, 6>, steps = array<i64: 1, 4>}> ({
    ^bb0(%b: index, %n: index, %acc: tensor<1x3x6xf32>):
      %r = systolic.fold %i, %f into %o tile [3, 4, 4] : tensor<1x3x4xf32>, tensor<1x6x4xf32> into tensor<1x3x6xf32>
      // expected-error @+1 {{requires attribute 'sizes'}}
      %i = "systolic.slice"(%ifmap) : (tensor<1x3x4xf32>) -> tensor<1x3x4xf32>
      %f = "systolic.slice"(%filter) : (tensor<1x6x4xf32>) -> tensor<1x6x4xf32>
      %o = "systolic.slice"(%acc) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
      %u = "systolic.insert"(%r, %acc) : (tensor<1x3x6xf32>, tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }) : (tensor<1x3x6xf32>) -> tensor<1x3x6xf32>
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @insert_c1_offsets(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      // expected-error @+1 {{must put the fold's result where its slice of the ofmap came from}}
      %u = systolic.insert %r into %acc[%b, %n, 0] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @insert_c1_sizes(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      // expected-error @+1 {{must put the fold's result where its slice of the ofmap came from}}
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 2] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @insert_c1_static_offsets(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      // expected-error @+1 {{must put the fold's result where its slice of the ofmap came from}}
      %u = systolic.insert %r into %acc[%b, 1, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

func.func @yield_outside_kernel(%y: tensor<1x3x6xf32>) -> tensor<1x3x6xf32> {
  // expected-error @+1 {{expects parent op to be one of 'systolic.kernel, systolic.loop'}}
  systolic.yield %y : tensor<1x3x6xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// kernel_c6
func.func @kernel_c6_transposed(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{body must have the operands in matrix form as arguments, ('tensor<1x6x4xf32>', 'tensor<1x3x4xf32>', 'tensor<1x6x3xf32>'), got}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] transposed {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// kernel_c8
func.func @kernel_c8(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  // expected-error @+1 {{has 'query_rows', but no query groups whose heads could be rows}}
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] query_rows {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// loop_c5
func.func @loop_c5(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) {
  %0 = systolic.kernel class(attention) role(other) on #array
      ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
    // expected-error @+1 {{mask of 2 queries a head must divide the queries and be of no more than there are keys, got 3 queries and 6 keys}}
    %1 = systolic.loop (%b, %n) to (1, 6) step (1, 4) mask(#systolic.causal_mask<period = 2>) init(%acc = %ofmap) : tensor<1x3x6xf32> {
      %i = systolic.slice %ifmap[%b, 0, 0] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
      %f = systolic.slice %filter[%b, %n, 0] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
      %r = systolic.fold %i, %f into %o tile [3, 4, 4]
          : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
      systolic.yield %u : tensor<1x3x6xf32>
    }
    systolic.yield %1 : tensor<1x3x6xf32>
  } -> tensor<3x6xf32>
  return
}
