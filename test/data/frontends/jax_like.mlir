module @jit_step {
  func.func public @main(%ids: tensor<1xi64> {decoder.activation}, %embed: tensor<40x32xf32> {decoder.weight = "params['embed']"}, %wq0: tensor<32x32xf32> {decoder.weight = "params['layers'][0]['attn']['wq']"}, %wk0: tensor<32x16xf32> {decoder.weight = "params['layers'][0]['attn']['wk']"}, %wv0: tensor<32x16xf32> {decoder.weight = "params['layers'][0]['attn']['wv']"}, %wo0: tensor<32x32xf32> {decoder.weight = "params['layers'][0]['attn']['wo']"}, %gate0: tensor<32x48xf32> {decoder.weight = "params['layers'][0]['mlp']['gate']"}, %up0: tensor<32x48xf32> {decoder.weight = "params['layers'][0]['mlp']['up']"}, %down0: tensor<48x32xf32> {decoder.weight = "params['layers'][0]['mlp']['down']"}, %k0: tensor<1x12x2x8xf32> {decoder.cache}, %v0: tensor<1x12x2x8xf32> {decoder.cache}, %wq1: tensor<32x32xf32> {decoder.weight = "params['layers'][1]['attn']['wq']"}, %wk1: tensor<32x16xf32> {decoder.weight = "params['layers'][1]['attn']['wk']"}, %wv1: tensor<32x16xf32> {decoder.weight = "params['layers'][1]['attn']['wv']"}, %wo1: tensor<32x32xf32> {decoder.weight = "params['layers'][1]['attn']['wo']"}, %gate1: tensor<32x48xf32> {decoder.weight = "params['layers'][1]['mlp']['gate']"}, %up1: tensor<32x48xf32> {decoder.weight = "params['layers'][1]['mlp']['up']"}, %down1: tensor<48x32xf32> {decoder.weight = "params['layers'][1]['mlp']['down']"}, %k1: tensor<1x12x2x8xf32> {decoder.cache}, %v1: tensor<1x12x2x8xf32> {decoder.cache}, %head: tensor<32x40xf32> {decoder.weight = "params['lm_head']"}) -> (tensor<1x1x40xf32>) {
    %v21 = tensor.empty() : tensor<1x32xf32>
    %v22 = linalg.generic {indexing_maps = [affine_map<(t, d) -> (t)>, affine_map<(t, d) -> (t, d)>], iterator_types = ["parallel", "parallel"]} ins(%ids : tensor<1xi64>) outs(%v21 : tensor<1x32xf32>) {
    ^bb0(%a0: i64, %a1: f32):
      %row = arith.index_cast %a0 : i64 to index
      %column = linalg.index 1 : index
      %x = tensor.extract %embed[%row, %column] : tensor<40x32xf32>
      linalg.yield %x : f32
    } -> tensor<1x32xf32>
    %v23 = tensor.expand_shape %v22 [[0], [1, 2]] output_shape [1, 1, 32] : tensor<1x32xf32> into tensor<1x1x32xf32>
    %v24 = arith.constant 0.0 : f32
    %v25 = tensor.empty() : tensor<1x1x32xf32>
    %v26 = linalg.fill ins(%v24 : f32) outs(%v25 : tensor<1x1x32xf32>) -> tensor<1x1x32xf32>
    %v27 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v23, %wq0 : tensor<1x1x32xf32>, tensor<32x32xf32>) outs(%v26 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x32xf32>
    %v28 = tensor.expand_shape %v27 [[0], [1], [2, 3]] output_shape [1, 1, 4, 8] : tensor<1x1x32xf32> into tensor<1x1x4x8xf32>
    %v29 = tensor.empty() : tensor<1x1x4x8xf32>
    %v30 = linalg.generic {indexing_maps = [affine_map<(b, t, h, e) -> (b, t, h, e)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%v29 : tensor<1x1x4x8xf32>) {
    ^bb0(%a0: f32):
      %b = linalg.index 0 : index
      %t = linalg.index 1 : index
      %h = linalg.index 2 : index
      %e = linalg.index 3 : index
      %half = arith.constant 4 : index
      %low = arith.cmpi ult, %e, %half : index
      %y = scf.if %low -> (f32) {
        %i = arith.addi %e, %half : index
        %u = tensor.extract %v28[%b, %t, %h, %i] : tensor<1x1x4x8xf32>
        %n = arith.negf %u : f32
        scf.yield %n : f32
      } else {
        %i = arith.subi %e, %half : index
        %u = tensor.extract %v28[%b, %t, %h, %i] : tensor<1x1x4x8xf32>
        scf.yield %u : f32
      }
      linalg.yield %y : f32
    } -> tensor<1x1x4x8xf32>
    %v31 = tensor.empty() : tensor<1x1x4x8xf32>
    %v32 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v28, %v30 : tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>) outs(%v31 : tensor<1x1x4x8xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x4x8xf32>
    %v33 = arith.constant 0.0 : f32
    %v34 = tensor.empty() : tensor<1x1x16xf32>
    %v35 = linalg.fill ins(%v33 : f32) outs(%v34 : tensor<1x1x16xf32>) -> tensor<1x1x16xf32>
    %v36 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v23, %wk0 : tensor<1x1x32xf32>, tensor<32x16xf32>) outs(%v35 : tensor<1x1x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x16xf32>
    %v37 = tensor.expand_shape %v36 [[0], [1], [2, 3]] output_shape [1, 1, 2, 8] : tensor<1x1x16xf32> into tensor<1x1x2x8xf32>
    %v38 = tensor.insert_slice %v37 into %k0[0, 11, 0, 0] [1, 1, 2, 8] [1, 1, 1, 1] : tensor<1x1x2x8xf32> into tensor<1x12x2x8xf32>
    %v39 = arith.constant 0.0 : f32
    %v40 = tensor.empty() : tensor<1x1x16xf32>
    %v41 = linalg.fill ins(%v39 : f32) outs(%v40 : tensor<1x1x16xf32>) -> tensor<1x1x16xf32>
    %v42 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v23, %wv0 : tensor<1x1x32xf32>, tensor<32x16xf32>) outs(%v41 : tensor<1x1x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x16xf32>
    %v43 = tensor.expand_shape %v42 [[0], [1], [2, 3]] output_shape [1, 1, 2, 8] : tensor<1x1x16xf32> into tensor<1x1x2x8xf32>
    %v44 = tensor.insert_slice %v43 into %v0[0, 11, 0, 0] [1, 1, 2, 8] [1, 1, 1, 1] : tensor<1x1x2x8xf32> into tensor<1x12x2x8xf32>
    %v45 = tensor.empty() : tensor<1x12x2x2x8xf32>
    %v46 = linalg.generic {indexing_maps = [affine_map<(b, l, h, g, e) -> (b, l, h, e)>, affine_map<(b, l, h, g, e) -> (b, l, h, g, e)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v38 : tensor<1x12x2x8xf32>) outs(%v45 : tensor<1x12x2x2x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x12x2x2x8xf32>
    %v47 = tensor.collapse_shape %v46 [[0], [1], [2, 3], [4]] : tensor<1x12x2x2x8xf32> into tensor<1x12x4x8xf32>
    %v48 = arith.constant 0.0 : f32
    %v49 = tensor.empty() : tensor<1x4x12x1xf32>
    %v50 = linalg.fill ins(%v48 : f32) outs(%v49 : tensor<1x4x12x1xf32>) -> tensor<1x4x12x1xf32>
    %v51 = linalg.generic {indexing_maps = [affine_map<(b, h, l, t, e) -> (b, l, h, e)>, affine_map<(b, h, l, t, e) -> (b, t, h, e)>, affine_map<(b, h, l, t, e) -> (b, h, l, t)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%v47, %v32 : tensor<1x12x4x8xf32>, tensor<1x1x4x8xf32>) outs(%v50 : tensor<1x4x12x1xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x4x12x1xf32>
    %v52 = tensor.empty() : tensor<1x4x1x12xf32>
    %v53 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v51 : tensor<1x4x12x1xf32>) outs(%v52 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x4x1x12xf32>
    %v54 = func.call @scale(%v53) : (tensor<1x4x1x12xf32>) -> tensor<1x4x1x12xf32>
    %v55 = arith.constant 0xFF800000 : f32
    %v56 = tensor.empty() : tensor<1x4x1xf32>
    %v57 = linalg.fill ins(%v55 : f32) outs(%v56 : tensor<1x4x1xf32>) -> tensor<1x4x1xf32>
    %v58 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v54 : tensor<1x4x1x12xf32>) outs(%v57 : tensor<1x4x1xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.maximumf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<1x4x1xf32>
    %v59 = tensor.empty() : tensor<1x4x1x12xf32>
    %v60 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v54, %v58 : tensor<1x4x1x12xf32>, tensor<1x4x1xf32>) outs(%v59 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.subf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x4x1x12xf32>
    %v61 = tensor.empty() : tensor<1x4x1x12xf32>
    %v62 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v60 : tensor<1x4x1x12xf32>) outs(%v61 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.exp %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x4x1x12xf32>
    %v63 = arith.constant 0.0 : f32
    %v64 = tensor.empty() : tensor<1x4x1xf32>
    %v65 = linalg.fill ins(%v63 : f32) outs(%v64 : tensor<1x4x1xf32>) -> tensor<1x4x1xf32>
    %v66 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v62 : tensor<1x4x1x12xf32>) outs(%v65 : tensor<1x4x1xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<1x4x1xf32>
    %v67 = tensor.empty() : tensor<1x4x1x12xf32>
    %v68 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v62, %v66 : tensor<1x4x1x12xf32>, tensor<1x4x1xf32>) outs(%v67 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.divf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x4x1x12xf32>
    %v69 = tensor.empty() : tensor<1x12x2x2x8xf32>
    %v70 = linalg.generic {indexing_maps = [affine_map<(b, l, h, g, e) -> (b, l, h, e)>, affine_map<(b, l, h, g, e) -> (b, l, h, g, e)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v44 : tensor<1x12x2x8xf32>) outs(%v69 : tensor<1x12x2x2x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x12x2x2x8xf32>
    %v71 = tensor.collapse_shape %v70 [[0], [1], [2, 3], [4]] : tensor<1x12x2x2x8xf32> into tensor<1x12x4x8xf32>
    %v72 = arith.constant 0.0 : f32
    %v73 = tensor.empty() : tensor<1x4x8x1xf32>
    %v74 = linalg.fill ins(%v72 : f32) outs(%v73 : tensor<1x4x8x1xf32>) -> tensor<1x4x8x1xf32>
    %v75 = linalg.generic {indexing_maps = [affine_map<(b, h, e, t, l) -> (b, l, h, e)>, affine_map<(b, h, e, t, l) -> (b, h, t, l)>, affine_map<(b, h, e, t, l) -> (b, h, e, t)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%v71, %v68 : tensor<1x12x4x8xf32>, tensor<1x4x1x12xf32>) outs(%v74 : tensor<1x4x8x1xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x4x8x1xf32>
    %v76 = tensor.empty() : tensor<1x1x4x8xf32>
    %v77 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v75 : tensor<1x4x8x1xf32>) outs(%v76 : tensor<1x1x4x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x1x4x8xf32>
    %v78 = tensor.collapse_shape %v77 [[0], [1], [2, 3]] : tensor<1x1x4x8xf32> into tensor<1x1x32xf32>
    %v79 = arith.constant 0.0 : f32
    %v80 = tensor.empty() : tensor<1x1x32xf32>
    %v81 = linalg.fill ins(%v79 : f32) outs(%v80 : tensor<1x1x32xf32>) -> tensor<1x1x32xf32>
    %v82 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v78, %wo0 : tensor<1x1x32xf32>, tensor<32x32xf32>) outs(%v81 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x32xf32>
    %v83 = tensor.empty() : tensor<1x1x32xf32>
    %v84 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v82, %v23 : tensor<1x1x32xf32>, tensor<1x1x32xf32>) outs(%v83 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x32xf32>
    %v85 = arith.constant 0.0 : f32
    %v86 = tensor.empty() : tensor<1x1x48xf32>
    %v87 = linalg.fill ins(%v85 : f32) outs(%v86 : tensor<1x1x48xf32>) -> tensor<1x1x48xf32>
    %v88 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v84, %gate0 : tensor<1x1x32xf32>, tensor<32x48xf32>) outs(%v87 : tensor<1x1x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x48xf32>
    %v89 = func.call @silu(%v88) : (tensor<1x1x48xf32>) -> tensor<1x1x48xf32>
    %v90 = arith.constant 0.0 : f32
    %v91 = tensor.empty() : tensor<1x1x48xf32>
    %v92 = linalg.fill ins(%v90 : f32) outs(%v91 : tensor<1x1x48xf32>) -> tensor<1x1x48xf32>
    %v93 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v84, %up0 : tensor<1x1x32xf32>, tensor<32x48xf32>) outs(%v92 : tensor<1x1x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x48xf32>
    %v94 = tensor.empty() : tensor<1x1x48xf32>
    %v95 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v89, %v93 : tensor<1x1x48xf32>, tensor<1x1x48xf32>) outs(%v94 : tensor<1x1x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x48xf32>
    %v96 = arith.constant 0.0 : f32
    %v97 = tensor.empty() : tensor<32x1x1xf32>
    %v98 = linalg.fill ins(%v96 : f32) outs(%v97 : tensor<32x1x1xf32>) -> tensor<32x1x1xf32>
    %v99 = linalg.generic {indexing_maps = [affine_map<(n, b, t, d) -> (d, n)>, affine_map<(n, b, t, d) -> (b, t, d)>, affine_map<(n, b, t, d) -> (n, b, t)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%down0, %v95 : tensor<48x32xf32>, tensor<1x1x48xf32>) outs(%v98 : tensor<32x1x1xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<32x1x1xf32>
    %v100 = tensor.empty() : tensor<1x1x32xf32>
    %v101 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v99 : tensor<32x1x1xf32>) outs(%v100 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x1x32xf32>
    %v102 = tensor.empty() : tensor<1x1x32xf32>
    %v103 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v101, %v84 : tensor<1x1x32xf32>, tensor<1x1x32xf32>) outs(%v102 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x32xf32>
    %v104 = arith.constant 0.0 : f32
    %v105 = tensor.empty() : tensor<1x1x32xf32>
    %v106 = linalg.fill ins(%v104 : f32) outs(%v105 : tensor<1x1x32xf32>) -> tensor<1x1x32xf32>
    %v107 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v103, %wq1 : tensor<1x1x32xf32>, tensor<32x32xf32>) outs(%v106 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x32xf32>
    %v108 = tensor.expand_shape %v107 [[0], [1], [2, 3]] output_shape [1, 1, 4, 8] : tensor<1x1x32xf32> into tensor<1x1x4x8xf32>
    %v109 = tensor.empty() : tensor<1x1x4x8xf32>
    %v110 = linalg.generic {indexing_maps = [affine_map<(b, t, h, e) -> (b, t, h, e)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%v109 : tensor<1x1x4x8xf32>) {
    ^bb0(%a0: f32):
      %b = linalg.index 0 : index
      %t = linalg.index 1 : index
      %h = linalg.index 2 : index
      %e = linalg.index 3 : index
      %half = arith.constant 4 : index
      %low = arith.cmpi ult, %e, %half : index
      %y = scf.if %low -> (f32) {
        %i = arith.addi %e, %half : index
        %u = tensor.extract %v108[%b, %t, %h, %i] : tensor<1x1x4x8xf32>
        %n = arith.negf %u : f32
        scf.yield %n : f32
      } else {
        %i = arith.subi %e, %half : index
        %u = tensor.extract %v108[%b, %t, %h, %i] : tensor<1x1x4x8xf32>
        scf.yield %u : f32
      }
      linalg.yield %y : f32
    } -> tensor<1x1x4x8xf32>
    %v111 = tensor.empty() : tensor<1x1x4x8xf32>
    %v112 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v108, %v110 : tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>) outs(%v111 : tensor<1x1x4x8xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x4x8xf32>
    %v113 = arith.constant 0.0 : f32
    %v114 = tensor.empty() : tensor<1x1x16xf32>
    %v115 = linalg.fill ins(%v113 : f32) outs(%v114 : tensor<1x1x16xf32>) -> tensor<1x1x16xf32>
    %v116 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v103, %wk1 : tensor<1x1x32xf32>, tensor<32x16xf32>) outs(%v115 : tensor<1x1x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x16xf32>
    %v117 = tensor.expand_shape %v116 [[0], [1], [2, 3]] output_shape [1, 1, 2, 8] : tensor<1x1x16xf32> into tensor<1x1x2x8xf32>
    %v118 = tensor.insert_slice %v117 into %k1[0, 11, 0, 0] [1, 1, 2, 8] [1, 1, 1, 1] : tensor<1x1x2x8xf32> into tensor<1x12x2x8xf32>
    %v119 = arith.constant 0.0 : f32
    %v120 = tensor.empty() : tensor<1x1x16xf32>
    %v121 = linalg.fill ins(%v119 : f32) outs(%v120 : tensor<1x1x16xf32>) -> tensor<1x1x16xf32>
    %v122 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v103, %wv1 : tensor<1x1x32xf32>, tensor<32x16xf32>) outs(%v121 : tensor<1x1x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x16xf32>
    %v123 = tensor.expand_shape %v122 [[0], [1], [2, 3]] output_shape [1, 1, 2, 8] : tensor<1x1x16xf32> into tensor<1x1x2x8xf32>
    %v124 = tensor.insert_slice %v123 into %v1[0, 11, 0, 0] [1, 1, 2, 8] [1, 1, 1, 1] : tensor<1x1x2x8xf32> into tensor<1x12x2x8xf32>
    %v125 = tensor.empty() : tensor<1x12x2x2x8xf32>
    %v126 = linalg.generic {indexing_maps = [affine_map<(b, l, h, g, e) -> (b, l, h, e)>, affine_map<(b, l, h, g, e) -> (b, l, h, g, e)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v118 : tensor<1x12x2x8xf32>) outs(%v125 : tensor<1x12x2x2x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x12x2x2x8xf32>
    %v127 = tensor.collapse_shape %v126 [[0], [1], [2, 3], [4]] : tensor<1x12x2x2x8xf32> into tensor<1x12x4x8xf32>
    %v128 = arith.constant 0.0 : f32
    %v129 = tensor.empty() : tensor<1x4x12x1xf32>
    %v130 = linalg.fill ins(%v128 : f32) outs(%v129 : tensor<1x4x12x1xf32>) -> tensor<1x4x12x1xf32>
    %v131 = linalg.generic {indexing_maps = [affine_map<(b, h, l, t, e) -> (b, l, h, e)>, affine_map<(b, h, l, t, e) -> (b, t, h, e)>, affine_map<(b, h, l, t, e) -> (b, h, l, t)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%v127, %v112 : tensor<1x12x4x8xf32>, tensor<1x1x4x8xf32>) outs(%v130 : tensor<1x4x12x1xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x4x12x1xf32>
    %v132 = tensor.empty() : tensor<1x4x1x12xf32>
    %v133 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v131 : tensor<1x4x12x1xf32>) outs(%v132 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x4x1x12xf32>
    %v134 = func.call @scale(%v133) : (tensor<1x4x1x12xf32>) -> tensor<1x4x1x12xf32>
    %v135 = arith.constant 0xFF800000 : f32
    %v136 = tensor.empty() : tensor<1x4x1xf32>
    %v137 = linalg.fill ins(%v135 : f32) outs(%v136 : tensor<1x4x1xf32>) -> tensor<1x4x1xf32>
    %v138 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v134 : tensor<1x4x1x12xf32>) outs(%v137 : tensor<1x4x1xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.maximumf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<1x4x1xf32>
    %v139 = tensor.empty() : tensor<1x4x1x12xf32>
    %v140 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v134, %v138 : tensor<1x4x1x12xf32>, tensor<1x4x1xf32>) outs(%v139 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.subf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x4x1x12xf32>
    %v141 = tensor.empty() : tensor<1x4x1x12xf32>
    %v142 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v140 : tensor<1x4x1x12xf32>) outs(%v141 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.exp %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x4x1x12xf32>
    %v143 = arith.constant 0.0 : f32
    %v144 = tensor.empty() : tensor<1x4x1xf32>
    %v145 = linalg.fill ins(%v143 : f32) outs(%v144 : tensor<1x4x1xf32>) -> tensor<1x4x1xf32>
    %v146 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v142 : tensor<1x4x1x12xf32>) outs(%v145 : tensor<1x4x1xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<1x4x1xf32>
    %v147 = tensor.empty() : tensor<1x4x1x12xf32>
    %v148 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v142, %v146 : tensor<1x4x1x12xf32>, tensor<1x4x1xf32>) outs(%v147 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.divf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x4x1x12xf32>
    %v149 = tensor.empty() : tensor<1x12x2x2x8xf32>
    %v150 = linalg.generic {indexing_maps = [affine_map<(b, l, h, g, e) -> (b, l, h, e)>, affine_map<(b, l, h, g, e) -> (b, l, h, g, e)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%v124 : tensor<1x12x2x8xf32>) outs(%v149 : tensor<1x12x2x2x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x12x2x2x8xf32>
    %v151 = tensor.collapse_shape %v150 [[0], [1], [2, 3], [4]] : tensor<1x12x2x2x8xf32> into tensor<1x12x4x8xf32>
    %v152 = arith.constant 0.0 : f32
    %v153 = tensor.empty() : tensor<1x4x8x1xf32>
    %v154 = linalg.fill ins(%v152 : f32) outs(%v153 : tensor<1x4x8x1xf32>) -> tensor<1x4x8x1xf32>
    %v155 = linalg.generic {indexing_maps = [affine_map<(b, h, e, t, l) -> (b, l, h, e)>, affine_map<(b, h, e, t, l) -> (b, h, t, l)>, affine_map<(b, h, e, t, l) -> (b, h, e, t)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%v151, %v148 : tensor<1x12x4x8xf32>, tensor<1x4x1x12xf32>) outs(%v154 : tensor<1x4x8x1xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x4x8x1xf32>
    %v156 = tensor.empty() : tensor<1x1x4x8xf32>
    %v157 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v155 : tensor<1x4x8x1xf32>) outs(%v156 : tensor<1x1x4x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x1x4x8xf32>
    %v158 = tensor.collapse_shape %v157 [[0], [1], [2, 3]] : tensor<1x1x4x8xf32> into tensor<1x1x32xf32>
    %v159 = arith.constant 0.0 : f32
    %v160 = tensor.empty() : tensor<1x1x32xf32>
    %v161 = linalg.fill ins(%v159 : f32) outs(%v160 : tensor<1x1x32xf32>) -> tensor<1x1x32xf32>
    %v162 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v158, %wo1 : tensor<1x1x32xf32>, tensor<32x32xf32>) outs(%v161 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x32xf32>
    %v163 = tensor.empty() : tensor<1x1x32xf32>
    %v164 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v162, %v103 : tensor<1x1x32xf32>, tensor<1x1x32xf32>) outs(%v163 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x32xf32>
    %v165 = arith.constant 0.0 : f32
    %v166 = tensor.empty() : tensor<1x1x48xf32>
    %v167 = linalg.fill ins(%v165 : f32) outs(%v166 : tensor<1x1x48xf32>) -> tensor<1x1x48xf32>
    %v168 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v164, %gate1 : tensor<1x1x32xf32>, tensor<32x48xf32>) outs(%v167 : tensor<1x1x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x48xf32>
    %v169 = func.call @silu(%v168) : (tensor<1x1x48xf32>) -> tensor<1x1x48xf32>
    %v170 = arith.constant 0.0 : f32
    %v171 = tensor.empty() : tensor<1x1x48xf32>
    %v172 = linalg.fill ins(%v170 : f32) outs(%v171 : tensor<1x1x48xf32>) -> tensor<1x1x48xf32>
    %v173 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v164, %up1 : tensor<1x1x32xf32>, tensor<32x48xf32>) outs(%v172 : tensor<1x1x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x48xf32>
    %v174 = tensor.empty() : tensor<1x1x48xf32>
    %v175 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v169, %v173 : tensor<1x1x48xf32>, tensor<1x1x48xf32>) outs(%v174 : tensor<1x1x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x48xf32>
    %v176 = arith.constant 0.0 : f32
    %v177 = tensor.empty() : tensor<32x1x1xf32>
    %v178 = linalg.fill ins(%v176 : f32) outs(%v177 : tensor<32x1x1xf32>) -> tensor<32x1x1xf32>
    %v179 = linalg.generic {indexing_maps = [affine_map<(n, b, t, d) -> (d, n)>, affine_map<(n, b, t, d) -> (b, t, d)>, affine_map<(n, b, t, d) -> (n, b, t)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%down1, %v175 : tensor<48x32xf32>, tensor<1x1x48xf32>) outs(%v178 : tensor<32x1x1xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<32x1x1xf32>
    %v180 = tensor.empty() : tensor<1x1x32xf32>
    %v181 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v179 : tensor<32x1x1xf32>) outs(%v180 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<1x1x32xf32>
    %v182 = tensor.empty() : tensor<1x1x32xf32>
    %v183 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v181, %v164 : tensor<1x1x32xf32>, tensor<1x1x32xf32>) outs(%v182 : tensor<1x1x32xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<1x1x32xf32>
    %v184 = arith.constant 0.0 : f32
    %v185 = tensor.empty() : tensor<1x1x40xf32>
    %v186 = linalg.fill ins(%v184 : f32) outs(%v185 : tensor<1x1x40xf32>) -> tensor<1x1x40xf32>
    %v187 = linalg.generic {indexing_maps = [affine_map<(b, t, n, d) -> (b, t, d)>, affine_map<(b, t, n, d) -> (d, n)>, affine_map<(b, t, n, d) -> (b, t, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%v183, %head : tensor<1x1x32xf32>, tensor<32x40xf32>) outs(%v186 : tensor<1x1x40xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %p = arith.mulf %a0, %a1 : f32
      %s = arith.addf %a2, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x1x40xf32>
    return %v187 : tensor<1x1x40xf32>
  }
  func.func private @scale(%x: tensor<1x4x1x12xf32>) -> (tensor<1x4x1x12xf32>) {
    %v1 = arith.constant 3.0 : f32
    %v2 = tensor.empty() : tensor<1x4x1x12xf32>
    %v3 = linalg.generic {indexing_maps = [affine_map<(a, b, c, d) -> (a, b, c, d)>, affine_map<(a, b, c, d) -> (a, b, c, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x : tensor<1x4x1x12xf32>) outs(%v2 : tensor<1x4x1x12xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %y = arith.mulf %a0, %v1 : f32
      linalg.yield %y : f32
    } -> tensor<1x4x1x12xf32>
    return %v3 : tensor<1x4x1x12xf32>
  }
  func.func private @silu(%x: tensor<1x1x48xf32>) -> (tensor<1x1x48xf32>) {
    %v1 = tensor.empty() : tensor<1x1x48xf32>
    %v2 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<1x1x48xf32>) outs(%v1 : tensor<1x1x48xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = arith.negf %a0 : f32
      %t1 = math.exp %t0 : f32
      linalg.yield %t1 : f32
    } -> tensor<1x1x48xf32>
    return %v2 : tensor<1x1x48xf32>
  }
}
