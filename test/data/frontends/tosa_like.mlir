module {
  func.func @main(%ids: tensor<2x3xi32> {decoder.activation}, %embed: tensor<24x16xf32> {decoder.weight = "model.embed_tokens.weight"}, %q_proj0: tensor<16x16xf32> {decoder.weight = "model.layers.0.self_attn.q_proj.weight"}, %k_proj0: tensor<8x16xf32> {decoder.weight = "model.layers.0.self_attn.k_proj.weight"}, %v_proj0: tensor<8x16xf32> {decoder.weight = "model.layers.0.self_attn.v_proj.weight"}, %o_proj0: tensor<16x16xf32> {decoder.weight = "model.layers.0.self_attn.o_proj.weight"}, %gate_proj0: tensor<40x16xf32> {decoder.weight = "model.layers.0.mlp.gate_proj.weight"}, %up_proj0: tensor<40x16xf32> {decoder.weight = "model.layers.0.mlp.up_proj.weight"}, %down_proj0: tensor<16x40xf32> {decoder.weight = "model.layers.0.mlp.down_proj.weight"}, %q_proj1: tensor<16x16xf32> {decoder.weight = "model.layers.1.self_attn.q_proj.weight"}, %k_proj1: tensor<8x16xf32> {decoder.weight = "model.layers.1.self_attn.k_proj.weight"}, %v_proj1: tensor<8x16xf32> {decoder.weight = "model.layers.1.self_attn.v_proj.weight"}, %o_proj1: tensor<16x16xf32> {decoder.weight = "model.layers.1.self_attn.o_proj.weight"}, %gate_proj1: tensor<40x16xf32> {decoder.weight = "model.layers.1.mlp.gate_proj.weight"}, %up_proj1: tensor<40x16xf32> {decoder.weight = "model.layers.1.mlp.up_proj.weight"}, %down_proj1: tensor<16x40xf32> {decoder.weight = "model.layers.1.mlp.down_proj.weight"}, %head: tensor<24x16xf32> {decoder.weight = "lm_head.weight"}) -> (tensor<2x3x24xf32>) {
    %v17 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
    %v18 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %v19 = tosa.const_shape {values = dense<[1, 24, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v20 = tosa.reshape %embed, %v19 : (tensor<24x16xf32>, !tosa.shape<3>) -> tensor<1x24x16xf32>
    %v21 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v22 = tosa.tile %v20, %v21 : (tensor<1x24x16xf32>, !tosa.shape<3>) -> tensor<2x24x16xf32>
    %v23 = tosa.gather %v22, %ids : (tensor<2x24x16xf32>, tensor<2x3xi32>) -> tensor<2x3x16xf32>
    %v24 = tosa.transpose %q_proj0 {perms = array<i32: 1, 0>} : (tensor<16x16xf32>) -> tensor<16x16xf32>
    %v25 = tosa.const_shape {values = dense<[1, 16, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v26 = tosa.reshape %v24, %v25 : (tensor<16x16xf32>, !tosa.shape<3>) -> tensor<1x16x16xf32>
    %v27 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v28 = tosa.tile %v26, %v27 : (tensor<1x16x16xf32>, !tosa.shape<3>) -> tensor<2x16x16xf32>
    %v29 = tosa.matmul %v23, %v28, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x16xf32>
    %v30 = tosa.const_shape {values = dense<[2, 3, 4, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v31 = tosa.reshape %v29, %v30 : (tensor<2x3x16xf32>, !tosa.shape<4>) -> tensor<2x3x4x4xf32>
    %v32 = tosa.transpose %v31 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x3x4x4xf32>) -> tensor<2x4x3x4xf32>
    %v33 = tosa.const_shape {values = dense<[8, 3, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v34 = tosa.reshape %v32, %v33 : (tensor<2x4x3x4xf32>, !tosa.shape<3>) -> tensor<8x3x4xf32>
    %v35 = tosa.transpose %k_proj0 {perms = array<i32: 1, 0>} : (tensor<8x16xf32>) -> tensor<16x8xf32>
    %v36 = tosa.const_shape {values = dense<[1, 16, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v37 = tosa.reshape %v35, %v36 : (tensor<16x8xf32>, !tosa.shape<3>) -> tensor<1x16x8xf32>
    %v38 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v39 = tosa.tile %v37, %v38 : (tensor<1x16x8xf32>, !tosa.shape<3>) -> tensor<2x16x8xf32>
    %v40 = tosa.matmul %v23, %v39, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x8xf32>
    %v41 = tosa.const_shape {values = dense<[2, 3, 2, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v42 = tosa.reshape %v40, %v41 : (tensor<2x3x8xf32>, !tosa.shape<4>) -> tensor<2x3x2x4xf32>
    %v43 = tosa.transpose %v42 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x3x2x4xf32>) -> tensor<2x2x3x4xf32>
    %v44 = tosa.const_shape {values = dense<[2, 2, 1, 3, 4]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v45 = tosa.reshape %v43, %v44 : (tensor<2x2x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x1x3x4xf32>
    %v46 = tosa.const_shape {values = dense<[1, 1, 2, 1, 1]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v47 = tosa.tile %v45, %v46 : (tensor<2x2x1x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x2x3x4xf32>
    %v48 = tosa.const_shape {values = dense<[2, 4, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v49 = tosa.reshape %v47, %v48 : (tensor<2x2x2x3x4xf32>, !tosa.shape<4>) -> tensor<2x4x3x4xf32>
    %v50 = tosa.const_shape {values = dense<[8, 3, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v51 = tosa.reshape %v49, %v50 : (tensor<2x4x3x4xf32>, !tosa.shape<3>) -> tensor<8x3x4xf32>
    %v52 = tosa.transpose %v_proj0 {perms = array<i32: 1, 0>} : (tensor<8x16xf32>) -> tensor<16x8xf32>
    %v53 = tosa.const_shape {values = dense<[1, 16, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v54 = tosa.reshape %v52, %v53 : (tensor<16x8xf32>, !tosa.shape<3>) -> tensor<1x16x8xf32>
    %v55 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v56 = tosa.tile %v54, %v55 : (tensor<1x16x8xf32>, !tosa.shape<3>) -> tensor<2x16x8xf32>
    %v57 = tosa.matmul %v23, %v56, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x8xf32>
    %v58 = tosa.const_shape {values = dense<[2, 3, 2, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v59 = tosa.reshape %v57, %v58 : (tensor<2x3x8xf32>, !tosa.shape<4>) -> tensor<2x3x2x4xf32>
    %v60 = tosa.transpose %v59 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x3x2x4xf32>) -> tensor<2x2x3x4xf32>
    %v61 = tosa.const_shape {values = dense<[2, 2, 1, 3, 4]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v62 = tosa.reshape %v60, %v61 : (tensor<2x2x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x1x3x4xf32>
    %v63 = tosa.const_shape {values = dense<[1, 1, 2, 1, 1]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v64 = tosa.tile %v62, %v63 : (tensor<2x2x1x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x2x3x4xf32>
    %v65 = tosa.const_shape {values = dense<[2, 4, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v66 = tosa.reshape %v64, %v65 : (tensor<2x2x2x3x4xf32>, !tosa.shape<4>) -> tensor<2x4x3x4xf32>
    %v67 = tosa.const_shape {values = dense<[8, 3, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v68 = tosa.reshape %v66, %v67 : (tensor<2x4x3x4xf32>, !tosa.shape<3>) -> tensor<8x3x4xf32>
    %v69 = tosa.transpose %v51 {perms = array<i32: 0, 2, 1>} : (tensor<8x3x4xf32>) -> tensor<8x4x3xf32>
    %v70 = tosa.matmul %v34, %v69, %v17, %v17 : (tensor<8x3x4xf32>, tensor<8x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x3x3xf32>
    %v71 = tosa.reduce_max %v70 {axis = 2 : i32} : (tensor<8x3x3xf32>) -> tensor<8x3x1xf32>
    %v72 = tosa.sub %v70, %v71 : (tensor<8x3x3xf32>, tensor<8x3x1xf32>) -> tensor<8x3x3xf32>
    %v73 = tosa.exp %v72 : (tensor<8x3x3xf32>) -> tensor<8x3x3xf32>
    %v74 = tosa.reduce_sum %v73 {axis = 2 : i32} : (tensor<8x3x3xf32>) -> tensor<8x3x1xf32>
    %v75 = tosa.reciprocal %v74 : (tensor<8x3x1xf32>) -> tensor<8x3x1xf32>
    %v76 = tosa.mul %v73, %v75, %v18 : (tensor<8x3x3xf32>, tensor<8x3x1xf32>, tensor<1xi8>) -> tensor<8x3x3xf32>
    %v77 = tosa.matmul %v76, %v68, %v17, %v17 : (tensor<8x3x3xf32>, tensor<8x3x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x3x4xf32>
    %v78 = tosa.const_shape {values = dense<[2, 4, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v79 = tosa.reshape %v77, %v78 : (tensor<8x3x4xf32>, !tosa.shape<4>) -> tensor<2x4x3x4xf32>
    %v80 = tosa.transpose %v79 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x4x3x4xf32>) -> tensor<2x3x4x4xf32>
    %v81 = tosa.const_shape {values = dense<[2, 3, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v82 = tosa.reshape %v80, %v81 : (tensor<2x3x4x4xf32>, !tosa.shape<3>) -> tensor<2x3x16xf32>
    %v83 = tosa.transpose %o_proj0 {perms = array<i32: 1, 0>} : (tensor<16x16xf32>) -> tensor<16x16xf32>
    %v84 = tosa.const_shape {values = dense<[1, 16, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v85 = tosa.reshape %v83, %v84 : (tensor<16x16xf32>, !tosa.shape<3>) -> tensor<1x16x16xf32>
    %v86 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v87 = tosa.tile %v85, %v86 : (tensor<1x16x16xf32>, !tosa.shape<3>) -> tensor<2x16x16xf32>
    %v88 = tosa.matmul %v82, %v87, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x16xf32>
    %v89 = tosa.add %v88, %v23 : (tensor<2x3x16xf32>, tensor<2x3x16xf32>) -> tensor<2x3x16xf32>
    %v90 = tosa.transpose %gate_proj0 {perms = array<i32: 1, 0>} : (tensor<40x16xf32>) -> tensor<16x40xf32>
    %v91 = tosa.const_shape {values = dense<[1, 16, 40]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v92 = tosa.reshape %v90, %v91 : (tensor<16x40xf32>, !tosa.shape<3>) -> tensor<1x16x40xf32>
    %v93 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v94 = tosa.tile %v92, %v93 : (tensor<1x16x40xf32>, !tosa.shape<3>) -> tensor<2x16x40xf32>
    %v95 = tosa.matmul %v89, %v94, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x40xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x40xf32>
    %v96 = tosa.sigmoid %v95 : (tensor<2x3x40xf32>) -> tensor<2x3x40xf32>
    %v97 = tosa.transpose %up_proj0 {perms = array<i32: 1, 0>} : (tensor<40x16xf32>) -> tensor<16x40xf32>
    %v98 = tosa.const_shape {values = dense<[1, 16, 40]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v99 = tosa.reshape %v97, %v98 : (tensor<16x40xf32>, !tosa.shape<3>) -> tensor<1x16x40xf32>
    %v100 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v101 = tosa.tile %v99, %v100 : (tensor<1x16x40xf32>, !tosa.shape<3>) -> tensor<2x16x40xf32>
    %v102 = tosa.matmul %v89, %v101, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x40xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x40xf32>
    %v103 = tosa.mul %v96, %v102, %v18 : (tensor<2x3x40xf32>, tensor<2x3x40xf32>, tensor<1xi8>) -> tensor<2x3x40xf32>
    %v104 = tosa.transpose %down_proj0 {perms = array<i32: 1, 0>} : (tensor<16x40xf32>) -> tensor<40x16xf32>
    %v105 = tosa.const_shape {values = dense<[1, 40, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v106 = tosa.reshape %v104, %v105 : (tensor<40x16xf32>, !tosa.shape<3>) -> tensor<1x40x16xf32>
    %v107 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v108 = tosa.tile %v106, %v107 : (tensor<1x40x16xf32>, !tosa.shape<3>) -> tensor<2x40x16xf32>
    %v109 = tosa.matmul %v103, %v108, %v17, %v17 : (tensor<2x3x40xf32>, tensor<2x40x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x16xf32>
    %v110 = tosa.add %v109, %v89 : (tensor<2x3x16xf32>, tensor<2x3x16xf32>) -> tensor<2x3x16xf32>
    %v111 = tosa.transpose %q_proj1 {perms = array<i32: 1, 0>} : (tensor<16x16xf32>) -> tensor<16x16xf32>
    %v112 = tosa.const_shape {values = dense<[1, 16, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v113 = tosa.reshape %v111, %v112 : (tensor<16x16xf32>, !tosa.shape<3>) -> tensor<1x16x16xf32>
    %v114 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v115 = tosa.tile %v113, %v114 : (tensor<1x16x16xf32>, !tosa.shape<3>) -> tensor<2x16x16xf32>
    %v116 = tosa.matmul %v110, %v115, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x16xf32>
    %v117 = tosa.const_shape {values = dense<[2, 3, 4, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v118 = tosa.reshape %v116, %v117 : (tensor<2x3x16xf32>, !tosa.shape<4>) -> tensor<2x3x4x4xf32>
    %v119 = tosa.transpose %v118 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x3x4x4xf32>) -> tensor<2x4x3x4xf32>
    %v120 = tosa.const_shape {values = dense<[8, 3, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v121 = tosa.reshape %v119, %v120 : (tensor<2x4x3x4xf32>, !tosa.shape<3>) -> tensor<8x3x4xf32>
    %v122 = tosa.transpose %k_proj1 {perms = array<i32: 1, 0>} : (tensor<8x16xf32>) -> tensor<16x8xf32>
    %v123 = tosa.const_shape {values = dense<[1, 16, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v124 = tosa.reshape %v122, %v123 : (tensor<16x8xf32>, !tosa.shape<3>) -> tensor<1x16x8xf32>
    %v125 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v126 = tosa.tile %v124, %v125 : (tensor<1x16x8xf32>, !tosa.shape<3>) -> tensor<2x16x8xf32>
    %v127 = tosa.matmul %v110, %v126, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x8xf32>
    %v128 = tosa.const_shape {values = dense<[2, 3, 2, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v129 = tosa.reshape %v127, %v128 : (tensor<2x3x8xf32>, !tosa.shape<4>) -> tensor<2x3x2x4xf32>
    %v130 = tosa.transpose %v129 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x3x2x4xf32>) -> tensor<2x2x3x4xf32>
    %v131 = tosa.const_shape {values = dense<[2, 2, 1, 3, 4]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v132 = tosa.reshape %v130, %v131 : (tensor<2x2x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x1x3x4xf32>
    %v133 = tosa.const_shape {values = dense<[1, 1, 2, 1, 1]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v134 = tosa.tile %v132, %v133 : (tensor<2x2x1x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x2x3x4xf32>
    %v135 = tosa.const_shape {values = dense<[2, 4, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v136 = tosa.reshape %v134, %v135 : (tensor<2x2x2x3x4xf32>, !tosa.shape<4>) -> tensor<2x4x3x4xf32>
    %v137 = tosa.const_shape {values = dense<[8, 3, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v138 = tosa.reshape %v136, %v137 : (tensor<2x4x3x4xf32>, !tosa.shape<3>) -> tensor<8x3x4xf32>
    %v139 = tosa.transpose %v_proj1 {perms = array<i32: 1, 0>} : (tensor<8x16xf32>) -> tensor<16x8xf32>
    %v140 = tosa.const_shape {values = dense<[1, 16, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v141 = tosa.reshape %v139, %v140 : (tensor<16x8xf32>, !tosa.shape<3>) -> tensor<1x16x8xf32>
    %v142 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v143 = tosa.tile %v141, %v142 : (tensor<1x16x8xf32>, !tosa.shape<3>) -> tensor<2x16x8xf32>
    %v144 = tosa.matmul %v110, %v143, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x8xf32>
    %v145 = tosa.const_shape {values = dense<[2, 3, 2, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v146 = tosa.reshape %v144, %v145 : (tensor<2x3x8xf32>, !tosa.shape<4>) -> tensor<2x3x2x4xf32>
    %v147 = tosa.transpose %v146 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x3x2x4xf32>) -> tensor<2x2x3x4xf32>
    %v148 = tosa.const_shape {values = dense<[2, 2, 1, 3, 4]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v149 = tosa.reshape %v147, %v148 : (tensor<2x2x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x1x3x4xf32>
    %v150 = tosa.const_shape {values = dense<[1, 1, 2, 1, 1]> : tensor<5xindex>} : () -> !tosa.shape<5>
    %v151 = tosa.tile %v149, %v150 : (tensor<2x2x1x3x4xf32>, !tosa.shape<5>) -> tensor<2x2x2x3x4xf32>
    %v152 = tosa.const_shape {values = dense<[2, 4, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v153 = tosa.reshape %v151, %v152 : (tensor<2x2x2x3x4xf32>, !tosa.shape<4>) -> tensor<2x4x3x4xf32>
    %v154 = tosa.const_shape {values = dense<[8, 3, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v155 = tosa.reshape %v153, %v154 : (tensor<2x4x3x4xf32>, !tosa.shape<3>) -> tensor<8x3x4xf32>
    %v156 = tosa.transpose %v138 {perms = array<i32: 0, 2, 1>} : (tensor<8x3x4xf32>) -> tensor<8x4x3xf32>
    %v157 = tosa.matmul %v121, %v156, %v17, %v17 : (tensor<8x3x4xf32>, tensor<8x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x3x3xf32>
    %v158 = tosa.reduce_max %v157 {axis = 2 : i32} : (tensor<8x3x3xf32>) -> tensor<8x3x1xf32>
    %v159 = tosa.sub %v157, %v158 : (tensor<8x3x3xf32>, tensor<8x3x1xf32>) -> tensor<8x3x3xf32>
    %v160 = tosa.exp %v159 : (tensor<8x3x3xf32>) -> tensor<8x3x3xf32>
    %v161 = tosa.reduce_sum %v160 {axis = 2 : i32} : (tensor<8x3x3xf32>) -> tensor<8x3x1xf32>
    %v162 = tosa.reciprocal %v161 : (tensor<8x3x1xf32>) -> tensor<8x3x1xf32>
    %v163 = tosa.mul %v160, %v162, %v18 : (tensor<8x3x3xf32>, tensor<8x3x1xf32>, tensor<1xi8>) -> tensor<8x3x3xf32>
    %v164 = tosa.matmul %v163, %v155, %v17, %v17 : (tensor<8x3x3xf32>, tensor<8x3x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x3x4xf32>
    %v165 = tosa.const_shape {values = dense<[2, 4, 3, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
    %v166 = tosa.reshape %v164, %v165 : (tensor<8x3x4xf32>, !tosa.shape<4>) -> tensor<2x4x3x4xf32>
    %v167 = tosa.transpose %v166 {perms = array<i32: 0, 2, 1, 3>} : (tensor<2x4x3x4xf32>) -> tensor<2x3x4x4xf32>
    %v168 = tosa.const_shape {values = dense<[2, 3, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v169 = tosa.reshape %v167, %v168 : (tensor<2x3x4x4xf32>, !tosa.shape<3>) -> tensor<2x3x16xf32>
    %v170 = tosa.transpose %o_proj1 {perms = array<i32: 1, 0>} : (tensor<16x16xf32>) -> tensor<16x16xf32>
    %v171 = tosa.const_shape {values = dense<[1, 16, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v172 = tosa.reshape %v170, %v171 : (tensor<16x16xf32>, !tosa.shape<3>) -> tensor<1x16x16xf32>
    %v173 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v174 = tosa.tile %v172, %v173 : (tensor<1x16x16xf32>, !tosa.shape<3>) -> tensor<2x16x16xf32>
    %v175 = tosa.matmul %v169, %v174, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x16xf32>
    %v176 = tosa.add %v175, %v110 : (tensor<2x3x16xf32>, tensor<2x3x16xf32>) -> tensor<2x3x16xf32>
    %v177 = tosa.transpose %gate_proj1 {perms = array<i32: 1, 0>} : (tensor<40x16xf32>) -> tensor<16x40xf32>
    %v178 = tosa.const_shape {values = dense<[1, 16, 40]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v179 = tosa.reshape %v177, %v178 : (tensor<16x40xf32>, !tosa.shape<3>) -> tensor<1x16x40xf32>
    %v180 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v181 = tosa.tile %v179, %v180 : (tensor<1x16x40xf32>, !tosa.shape<3>) -> tensor<2x16x40xf32>
    %v182 = tosa.matmul %v176, %v181, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x40xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x40xf32>
    %v183 = tosa.sigmoid %v182 : (tensor<2x3x40xf32>) -> tensor<2x3x40xf32>
    %v184 = tosa.transpose %up_proj1 {perms = array<i32: 1, 0>} : (tensor<40x16xf32>) -> tensor<16x40xf32>
    %v185 = tosa.const_shape {values = dense<[1, 16, 40]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v186 = tosa.reshape %v184, %v185 : (tensor<16x40xf32>, !tosa.shape<3>) -> tensor<1x16x40xf32>
    %v187 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v188 = tosa.tile %v186, %v187 : (tensor<1x16x40xf32>, !tosa.shape<3>) -> tensor<2x16x40xf32>
    %v189 = tosa.matmul %v176, %v188, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x40xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x40xf32>
    %v190 = tosa.mul %v183, %v189, %v18 : (tensor<2x3x40xf32>, tensor<2x3x40xf32>, tensor<1xi8>) -> tensor<2x3x40xf32>
    %v191 = tosa.transpose %down_proj1 {perms = array<i32: 1, 0>} : (tensor<16x40xf32>) -> tensor<40x16xf32>
    %v192 = tosa.const_shape {values = dense<[1, 40, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v193 = tosa.reshape %v191, %v192 : (tensor<40x16xf32>, !tosa.shape<3>) -> tensor<1x40x16xf32>
    %v194 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v195 = tosa.tile %v193, %v194 : (tensor<1x40x16xf32>, !tosa.shape<3>) -> tensor<2x40x16xf32>
    %v196 = tosa.matmul %v190, %v195, %v17, %v17 : (tensor<2x3x40xf32>, tensor<2x40x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x16xf32>
    %v197 = tosa.add %v196, %v176 : (tensor<2x3x16xf32>, tensor<2x3x16xf32>) -> tensor<2x3x16xf32>
    %v198 = tosa.transpose %head {perms = array<i32: 1, 0>} : (tensor<24x16xf32>) -> tensor<16x24xf32>
    %v199 = tosa.const_shape {values = dense<[1, 16, 24]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v200 = tosa.reshape %v198, %v199 : (tensor<16x24xf32>, !tosa.shape<3>) -> tensor<1x16x24xf32>
    %v201 = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %v202 = tosa.tile %v200, %v201 : (tensor<1x16x24xf32>, !tosa.shape<3>) -> tensor<2x16x24xf32>
    %v203 = tosa.matmul %v197, %v202, %v17, %v17 : (tensor<2x3x16xf32>, tensor<2x16x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x24xf32>
    return %v203 : tensor<2x3x24xf32>
  }
}
