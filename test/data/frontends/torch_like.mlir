module {
  func.func @forward(%ids: tensor<5xi64>) -> (tensor<5x50xf32>) {
    %v1 = arith.constant dense_resource<__elided__> : tensor<50x16xf32>
    %v2 = arith.constant dense_resource<__elided__> : tensor<32x16xf32>
    %v3 = tensor.empty() : tensor<5x16xf32>
    %v4 = linalg.generic {indexing_maps = [affine_map<(t, d) -> (t)>, affine_map<(t, d) -> (t, d)>], iterator_types = ["parallel", "parallel"]} ins(%ids : tensor<5xi64>) outs(%v3 : tensor<5x16xf32>) {
    ^bb0(%a0: i64, %a1: f32):
      %row = arith.index_cast %a0 : i64 to index
      %column = linalg.index 1 : index
      %x = tensor.extract %v1[%row, %column] : tensor<50x16xf32>
      linalg.yield %x : f32
    } -> tensor<5x16xf32>
    %v5 = tensor.extract_slice %v2[0, 0] [5, 16] [1, 1] : tensor<32x16xf32> to tensor<5x16xf32>
    %v6 = tensor.empty() : tensor<5x16xf32>
    %v7 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v4, %v5 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v6 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v8 = tensor.empty() : tensor<5x16xf32>
    %v9 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v7, %v7 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v8 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v10 = arith.constant 0.0 : f32
    %v11 = tensor.empty() : tensor<5xf32>
    %v12 = linalg.fill ins(%v10 : f32) outs(%v11 : tensor<5xf32>) -> tensor<5xf32>
    %v13 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v9 : tensor<5x16xf32>) outs(%v12 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<5xf32>
    %v14 = tensor.empty() : tensor<5xf32>
    %v15 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v13 : tensor<5xf32>) outs(%v14 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.rsqrt %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<5xf32>
    %v16 = tensor.empty() : tensor<5x16xf32>
    %v17 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v7, %v15 : tensor<5x16xf32>, tensor<5xf32>) outs(%v16 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v18 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v19 = tensor.empty() : tensor<5x16xf32>
    %v20 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v17, %v18 : tensor<5x16xf32>, tensor<16xf32>) outs(%v19 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v21 = arith.constant dense_resource<__elided__> : tensor<16x48xf32>
    %v22 = arith.constant 0.0 : f32
    %v23 = tensor.empty() : tensor<5x48xf32>
    %v24 = linalg.fill ins(%v22 : f32) outs(%v23 : tensor<5x48xf32>) -> tensor<5x48xf32>
    %v25 = linalg.matmul ins(%v20, %v21 : tensor<5x16xf32>, tensor<16x48xf32>) outs(%v24 : tensor<5x48xf32>) -> tensor<5x48xf32>
    %v26 = arith.constant dense_resource<__elided__> : tensor<48xf32>
    %v27 = tensor.empty() : tensor<5x48xf32>
    %v28 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v25, %v26 : tensor<5x48xf32>, tensor<48xf32>) outs(%v27 : tensor<5x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x48xf32>
    %v29 = tensor.extract_slice %v28[0, 0] [5, 16] [1, 1] : tensor<5x48xf32> to tensor<5x16xf32>
    %v30 = tensor.expand_shape %v29 [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
    %v31 = tensor.empty() : tensor<2x5x8xf32>
    %v32 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v30 : tensor<5x2x8xf32>) outs(%v31 : tensor<2x5x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<2x5x8xf32>
    %v33 = tensor.extract_slice %v28[0, 16] [5, 16] [1, 1] : tensor<5x48xf32> to tensor<5x16xf32>
    %v34 = tensor.expand_shape %v33 [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
    %v35 = tensor.empty() : tensor<2x8x5xf32>
    %v36 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v34 : tensor<5x2x8xf32>) outs(%v35 : tensor<2x8x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<2x8x5xf32>
    %v37 = arith.constant 0.0 : f32
    %v38 = tensor.empty() : tensor<2x5x5xf32>
    %v39 = linalg.fill ins(%v37 : f32) outs(%v38 : tensor<2x5x5xf32>) -> tensor<2x5x5xf32>
    %v40 = linalg.batch_matmul ins(%v32, %v36 : tensor<2x5x8xf32>, tensor<2x8x5xf32>) outs(%v39 : tensor<2x5x5xf32>) -> tensor<2x5x5xf32>
    %v41 = arith.constant dense_resource<__elided__> : tensor<5x5xf32>
    %v42 = tensor.empty() : tensor<2x5x5xf32>
    %v43 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v40, %v41 : tensor<2x5x5xf32>, tensor<5x5xf32>) outs(%v42 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v44 = arith.constant 0xFF800000 : f32
    %v45 = tensor.empty() : tensor<2x5xf32>
    %v46 = linalg.fill ins(%v44 : f32) outs(%v45 : tensor<2x5xf32>) -> tensor<2x5xf32>
    %v47 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v43 : tensor<2x5x5xf32>) outs(%v46 : tensor<2x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.maximumf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<2x5xf32>
    %v48 = tensor.empty() : tensor<2x5x5xf32>
    %v49 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v43, %v47 : tensor<2x5x5xf32>, tensor<2x5xf32>) outs(%v48 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.subf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v50 = tensor.empty() : tensor<2x5x5xf32>
    %v51 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v49 : tensor<2x5x5xf32>) outs(%v50 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.exp %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v52 = arith.constant 0.0 : f32
    %v53 = tensor.empty() : tensor<2x5xf32>
    %v54 = linalg.fill ins(%v52 : f32) outs(%v53 : tensor<2x5xf32>) -> tensor<2x5xf32>
    %v55 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v51 : tensor<2x5x5xf32>) outs(%v54 : tensor<2x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<2x5xf32>
    %v56 = tensor.empty() : tensor<2x5x5xf32>
    %v57 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v51, %v55 : tensor<2x5x5xf32>, tensor<2x5xf32>) outs(%v56 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.divf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v58 = tensor.extract_slice %v28[0, 32] [5, 16] [1, 1] : tensor<5x48xf32> to tensor<5x16xf32>
    %v59 = tensor.expand_shape %v58 [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
    %v60 = tensor.empty() : tensor<2x5x8xf32>
    %v61 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v59 : tensor<5x2x8xf32>) outs(%v60 : tensor<2x5x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<2x5x8xf32>
    %v62 = arith.constant 0.0 : f32
    %v63 = tensor.empty() : tensor<2x5x8xf32>
    %v64 = linalg.fill ins(%v62 : f32) outs(%v63 : tensor<2x5x8xf32>) -> tensor<2x5x8xf32>
    %v65 = linalg.batch_matmul ins(%v57, %v61 : tensor<2x5x5xf32>, tensor<2x5x8xf32>) outs(%v64 : tensor<2x5x8xf32>) -> tensor<2x5x8xf32>
    %v66 = tensor.empty() : tensor<5x2x8xf32>
    %v67 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v65 : tensor<2x5x8xf32>) outs(%v66 : tensor<5x2x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<5x2x8xf32>
    %v68 = tensor.collapse_shape %v67 [[0], [1, 2]] : tensor<5x2x8xf32> into tensor<5x16xf32>
    %v69 = arith.constant dense_resource<__elided__> : tensor<16x16xf32>
    %v70 = arith.constant 0.0 : f32
    %v71 = tensor.empty() : tensor<5x16xf32>
    %v72 = linalg.fill ins(%v70 : f32) outs(%v71 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v73 = linalg.matmul ins(%v68, %v69 : tensor<5x16xf32>, tensor<16x16xf32>) outs(%v72 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v74 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v75 = tensor.empty() : tensor<5x16xf32>
    %v76 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v73, %v74 : tensor<5x16xf32>, tensor<16xf32>) outs(%v75 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v77 = tensor.empty() : tensor<5x16xf32>
    %v78 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v76, %v7 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v77 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v79 = tensor.empty() : tensor<5x16xf32>
    %v80 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v78, %v78 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v79 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v81 = arith.constant 0.0 : f32
    %v82 = tensor.empty() : tensor<5xf32>
    %v83 = linalg.fill ins(%v81 : f32) outs(%v82 : tensor<5xf32>) -> tensor<5xf32>
    %v84 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v80 : tensor<5x16xf32>) outs(%v83 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<5xf32>
    %v85 = tensor.empty() : tensor<5xf32>
    %v86 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v84 : tensor<5xf32>) outs(%v85 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.rsqrt %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<5xf32>
    %v87 = tensor.empty() : tensor<5x16xf32>
    %v88 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v78, %v86 : tensor<5x16xf32>, tensor<5xf32>) outs(%v87 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v89 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v90 = tensor.empty() : tensor<5x16xf32>
    %v91 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v88, %v89 : tensor<5x16xf32>, tensor<16xf32>) outs(%v90 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v92 = arith.constant dense_resource<__elided__> : tensor<16x64xf32>
    %v93 = arith.constant 0.0 : f32
    %v94 = tensor.empty() : tensor<5x64xf32>
    %v95 = linalg.fill ins(%v93 : f32) outs(%v94 : tensor<5x64xf32>) -> tensor<5x64xf32>
    %v96 = linalg.matmul ins(%v91, %v92 : tensor<5x16xf32>, tensor<16x64xf32>) outs(%v95 : tensor<5x64xf32>) -> tensor<5x64xf32>
    %v97 = arith.constant dense_resource<__elided__> : tensor<64xf32>
    %v98 = tensor.empty() : tensor<5x64xf32>
    %v99 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v96, %v97 : tensor<5x64xf32>, tensor<64xf32>) outs(%v98 : tensor<5x64xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x64xf32>
    %v100 = tensor.empty() : tensor<5x64xf32>
    %v101 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v99 : tensor<5x64xf32>) outs(%v100 : tensor<5x64xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.tanh %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x64xf32>
    %v102 = arith.constant dense_resource<__elided__> : tensor<64x16xf32>
    %v103 = arith.constant 0.0 : f32
    %v104 = tensor.empty() : tensor<5x16xf32>
    %v105 = linalg.fill ins(%v103 : f32) outs(%v104 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v106 = linalg.matmul ins(%v101, %v102 : tensor<5x64xf32>, tensor<64x16xf32>) outs(%v105 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v107 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v108 = tensor.empty() : tensor<5x16xf32>
    %v109 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v106, %v107 : tensor<5x16xf32>, tensor<16xf32>) outs(%v108 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v110 = tensor.empty() : tensor<5x16xf32>
    %v111 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v109, %v78 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v110 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v112 = tensor.empty() : tensor<5x16xf32>
    %v113 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v111, %v111 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v112 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v114 = arith.constant 0.0 : f32
    %v115 = tensor.empty() : tensor<5xf32>
    %v116 = linalg.fill ins(%v114 : f32) outs(%v115 : tensor<5xf32>) -> tensor<5xf32>
    %v117 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v113 : tensor<5x16xf32>) outs(%v116 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<5xf32>
    %v118 = tensor.empty() : tensor<5xf32>
    %v119 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v117 : tensor<5xf32>) outs(%v118 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.rsqrt %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<5xf32>
    %v120 = tensor.empty() : tensor<5x16xf32>
    %v121 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v111, %v119 : tensor<5x16xf32>, tensor<5xf32>) outs(%v120 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v122 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v123 = tensor.empty() : tensor<5x16xf32>
    %v124 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v121, %v122 : tensor<5x16xf32>, tensor<16xf32>) outs(%v123 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v125 = arith.constant dense_resource<__elided__> : tensor<16x48xf32>
    %v126 = arith.constant 0.0 : f32
    %v127 = tensor.empty() : tensor<5x48xf32>
    %v128 = linalg.fill ins(%v126 : f32) outs(%v127 : tensor<5x48xf32>) -> tensor<5x48xf32>
    %v129 = linalg.matmul ins(%v124, %v125 : tensor<5x16xf32>, tensor<16x48xf32>) outs(%v128 : tensor<5x48xf32>) -> tensor<5x48xf32>
    %v130 = arith.constant dense_resource<__elided__> : tensor<48xf32>
    %v131 = tensor.empty() : tensor<5x48xf32>
    %v132 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v129, %v130 : tensor<5x48xf32>, tensor<48xf32>) outs(%v131 : tensor<5x48xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x48xf32>
    %v133 = tensor.extract_slice %v132[0, 0] [5, 16] [1, 1] : tensor<5x48xf32> to tensor<5x16xf32>
    %v134 = tensor.expand_shape %v133 [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
    %v135 = tensor.empty() : tensor<2x5x8xf32>
    %v136 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v134 : tensor<5x2x8xf32>) outs(%v135 : tensor<2x5x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<2x5x8xf32>
    %v137 = tensor.extract_slice %v132[0, 16] [5, 16] [1, 1] : tensor<5x48xf32> to tensor<5x16xf32>
    %v138 = tensor.expand_shape %v137 [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
    %v139 = tensor.empty() : tensor<2x8x5xf32>
    %v140 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v138 : tensor<5x2x8xf32>) outs(%v139 : tensor<2x8x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<2x8x5xf32>
    %v141 = arith.constant 0.0 : f32
    %v142 = tensor.empty() : tensor<2x5x5xf32>
    %v143 = linalg.fill ins(%v141 : f32) outs(%v142 : tensor<2x5x5xf32>) -> tensor<2x5x5xf32>
    %v144 = linalg.batch_matmul ins(%v136, %v140 : tensor<2x5x8xf32>, tensor<2x8x5xf32>) outs(%v143 : tensor<2x5x5xf32>) -> tensor<2x5x5xf32>
    %v145 = arith.constant dense_resource<__elided__> : tensor<5x5xf32>
    %v146 = tensor.empty() : tensor<2x5x5xf32>
    %v147 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v144, %v145 : tensor<2x5x5xf32>, tensor<5x5xf32>) outs(%v146 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v148 = arith.constant 0xFF800000 : f32
    %v149 = tensor.empty() : tensor<2x5xf32>
    %v150 = linalg.fill ins(%v148 : f32) outs(%v149 : tensor<2x5xf32>) -> tensor<2x5xf32>
    %v151 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v147 : tensor<2x5x5xf32>) outs(%v150 : tensor<2x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.maximumf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<2x5xf32>
    %v152 = tensor.empty() : tensor<2x5x5xf32>
    %v153 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v147, %v151 : tensor<2x5x5xf32>, tensor<2x5xf32>) outs(%v152 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.subf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v154 = tensor.empty() : tensor<2x5x5xf32>
    %v155 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v153 : tensor<2x5x5xf32>) outs(%v154 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.exp %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v156 = arith.constant 0.0 : f32
    %v157 = tensor.empty() : tensor<2x5xf32>
    %v158 = linalg.fill ins(%v156 : f32) outs(%v157 : tensor<2x5xf32>) -> tensor<2x5xf32>
    %v159 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%v155 : tensor<2x5x5xf32>) outs(%v158 : tensor<2x5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<2x5xf32>
    %v160 = tensor.empty() : tensor<2x5x5xf32>
    %v161 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v155, %v159 : tensor<2x5x5xf32>, tensor<2x5xf32>) outs(%v160 : tensor<2x5x5xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.divf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<2x5x5xf32>
    %v162 = tensor.extract_slice %v132[0, 32] [5, 16] [1, 1] : tensor<5x48xf32> to tensor<5x16xf32>
    %v163 = tensor.expand_shape %v162 [[0], [1, 2]] output_shape [5, 2, 8] : tensor<5x16xf32> into tensor<5x2x8xf32>
    %v164 = tensor.empty() : tensor<2x5x8xf32>
    %v165 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v163 : tensor<5x2x8xf32>) outs(%v164 : tensor<2x5x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<2x5x8xf32>
    %v166 = arith.constant 0.0 : f32
    %v167 = tensor.empty() : tensor<2x5x8xf32>
    %v168 = linalg.fill ins(%v166 : f32) outs(%v167 : tensor<2x5x8xf32>) -> tensor<2x5x8xf32>
    %v169 = linalg.batch_matmul ins(%v161, %v165 : tensor<2x5x5xf32>, tensor<2x5x8xf32>) outs(%v168 : tensor<2x5x8xf32>) -> tensor<2x5x8xf32>
    %v170 = tensor.empty() : tensor<5x2x8xf32>
    %v171 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v169 : tensor<2x5x8xf32>) outs(%v170 : tensor<5x2x8xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<5x2x8xf32>
    %v172 = tensor.collapse_shape %v171 [[0], [1, 2]] : tensor<5x2x8xf32> into tensor<5x16xf32>
    %v173 = arith.constant dense_resource<__elided__> : tensor<16x16xf32>
    %v174 = arith.constant 0.0 : f32
    %v175 = tensor.empty() : tensor<5x16xf32>
    %v176 = linalg.fill ins(%v174 : f32) outs(%v175 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v177 = linalg.matmul ins(%v172, %v173 : tensor<5x16xf32>, tensor<16x16xf32>) outs(%v176 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v178 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v179 = tensor.empty() : tensor<5x16xf32>
    %v180 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v177, %v178 : tensor<5x16xf32>, tensor<16xf32>) outs(%v179 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v181 = tensor.empty() : tensor<5x16xf32>
    %v182 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v180, %v111 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v181 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v183 = tensor.empty() : tensor<5x16xf32>
    %v184 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v182, %v182 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v183 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v185 = arith.constant 0.0 : f32
    %v186 = tensor.empty() : tensor<5xf32>
    %v187 = linalg.fill ins(%v185 : f32) outs(%v186 : tensor<5xf32>) -> tensor<5xf32>
    %v188 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v184 : tensor<5x16xf32>) outs(%v187 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<5xf32>
    %v189 = tensor.empty() : tensor<5xf32>
    %v190 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v188 : tensor<5xf32>) outs(%v189 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.rsqrt %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<5xf32>
    %v191 = tensor.empty() : tensor<5x16xf32>
    %v192 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v182, %v190 : tensor<5x16xf32>, tensor<5xf32>) outs(%v191 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v193 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v194 = tensor.empty() : tensor<5x16xf32>
    %v195 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v192, %v193 : tensor<5x16xf32>, tensor<16xf32>) outs(%v194 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v196 = arith.constant dense_resource<__elided__> : tensor<16x64xf32>
    %v197 = arith.constant 0.0 : f32
    %v198 = tensor.empty() : tensor<5x64xf32>
    %v199 = linalg.fill ins(%v197 : f32) outs(%v198 : tensor<5x64xf32>) -> tensor<5x64xf32>
    %v200 = linalg.matmul ins(%v195, %v196 : tensor<5x16xf32>, tensor<16x64xf32>) outs(%v199 : tensor<5x64xf32>) -> tensor<5x64xf32>
    %v201 = arith.constant dense_resource<__elided__> : tensor<64xf32>
    %v202 = tensor.empty() : tensor<5x64xf32>
    %v203 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v200, %v201 : tensor<5x64xf32>, tensor<64xf32>) outs(%v202 : tensor<5x64xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x64xf32>
    %v204 = tensor.empty() : tensor<5x64xf32>
    %v205 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v203 : tensor<5x64xf32>) outs(%v204 : tensor<5x64xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.tanh %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x64xf32>
    %v206 = arith.constant dense_resource<__elided__> : tensor<64x16xf32>
    %v207 = arith.constant 0.0 : f32
    %v208 = tensor.empty() : tensor<5x16xf32>
    %v209 = linalg.fill ins(%v207 : f32) outs(%v208 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v210 = linalg.matmul ins(%v205, %v206 : tensor<5x64xf32>, tensor<64x16xf32>) outs(%v209 : tensor<5x16xf32>) -> tensor<5x16xf32>
    %v211 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v212 = tensor.empty() : tensor<5x16xf32>
    %v213 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v210, %v211 : tensor<5x16xf32>, tensor<16xf32>) outs(%v212 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v214 = tensor.empty() : tensor<5x16xf32>
    %v215 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v213, %v182 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v214 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.addf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v216 = tensor.empty() : tensor<5x16xf32>
    %v217 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v215, %v215 : tensor<5x16xf32>, tensor<5x16xf32>) outs(%v216 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v218 = arith.constant 0.0 : f32
    %v219 = tensor.empty() : tensor<5xf32>
    %v220 = linalg.fill ins(%v218 : f32) outs(%v219 : tensor<5xf32>) -> tensor<5xf32>
    %v221 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%v217 : tensor<5x16xf32>) outs(%v220 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %s = arith.addf %a0, %a1 : f32
      linalg.yield %s : f32
    } -> tensor<5xf32>
    %v222 = tensor.empty() : tensor<5xf32>
    %v223 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v221 : tensor<5xf32>) outs(%v222 : tensor<5xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      %t0 = math.rsqrt %a0 : f32
      linalg.yield %t0 : f32
    } -> tensor<5xf32>
    %v224 = tensor.empty() : tensor<5x16xf32>
    %v225 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v215, %v223 : tensor<5x16xf32>, tensor<5xf32>) outs(%v224 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v226 = arith.constant dense_resource<__elided__> : tensor<16xf32>
    %v227 = tensor.empty() : tensor<5x16xf32>
    %v228 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v225, %v226 : tensor<5x16xf32>, tensor<16xf32>) outs(%v227 : tensor<5x16xf32>) {
    ^bb0(%a0: f32, %a1: f32, %a2: f32):
      %t0 = arith.mulf %a0, %a1 : f32
      linalg.yield %t0 : f32
    } -> tensor<5x16xf32>
    %v229 = tensor.empty() : tensor<16x50xf32>
    %v230 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%v1 : tensor<50x16xf32>) outs(%v229 : tensor<16x50xf32>) {
    ^bb0(%a0: f32, %a1: f32):
      linalg.yield %a0 : f32
    } -> tensor<16x50xf32>
    %v231 = arith.constant 0.0 : f32
    %v232 = tensor.empty() : tensor<5x50xf32>
    %v233 = linalg.fill ins(%v231 : f32) outs(%v232 : tensor<5x50xf32>) -> tensor<5x50xf32>
    %v234 = linalg.matmul ins(%v228, %v230 : tensor<5x16xf32>, tensor<16x50xf32>) outs(%v233 : tensor<5x50xf32>) -> tensor<5x50xf32>
    return %v234 : tensor<5x50xf32>
  }
}
