//===- WeightNamesTest.cpp - What a checkpoint's name says ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/WeightNames.h"
#include "gtest/gtest.h"

using namespace onebit;
using decoder::ProductRole;

namespace {

struct Case {
  const char *name;
  ProductRole role;
  int64_t layer = -1;
};

TEST(WeightNamesTest, RoleAndLayerOfEveryFamily) {
  const Case cases[] = {
      {"model.decoder.layers.3.self_attn.out_proj.weight", ProductRole::O, 3},
      {"model.decoder.layers.3.fc1.weight", ProductRole::Up, 3},
      {"model.decoder.layers.3.fc2.weight", ProductRole::Down, 3},
      {"transformer.h.11.attn.c_attn.weight", ProductRole::QKV, 11},
      {"transformer.h.11.attn.c_proj.weight", ProductRole::O, 11},
      {"transformer.h.11.mlp.c_fc.weight", ProductRole::Up, 11},
      {"transformer.h.11.mlp.c_proj.weight", ProductRole::Down, 11},
      {"model.layers.0.self_attn.q_proj.weight", ProductRole::Q, 0},
      {"model.layers.0.self_attn.k_proj.weight", ProductRole::K, 0},
      {"model.layers.0.self_attn.v_proj.weight", ProductRole::V, 0},
      {"model.layers.0.self_attn.o_proj.weight", ProductRole::O, 0},
      {"model.layers.0.mlp.gate_proj.weight", ProductRole::Gate, 0},
      {"model.layers.0.mlp.up_proj.weight", ProductRole::Up, 0},
      {"model.layers.0.mlp.down_proj.weight", ProductRole::Down, 0},
      {"model.layers.0.self_attn.qkv_proj.weight", ProductRole::QKV, 0},
      {"model.layers.0.mlp.gate_up_proj.weight", ProductRole::GateUp, 0},
      {"model.layers.0.self_attn.dense.weight", ProductRole::O, 0},
      {"gpt_neox.layers.5.attention.query_key_value.weight", ProductRole::QKV,
       5},
      {"gpt_neox.layers.5.attention.dense.weight", ProductRole::O, 5},
      {"gpt_neox.layers.5.mlp.dense_h_to_4h.weight", ProductRole::Up, 5},
      {"gpt_neox.layers.5.mlp.dense_4h_to_h.weight", ProductRole::Down, 5},
      {"embed_out.weight", ProductRole::LMHead},
      {"lm_head.weight", ProductRole::LMHead},
      {"output.weight", ProductRole::LMHead},
      {"transformer.h.0.self_attention.dense.weight", ProductRole::O, 0},
      {"bert.encoder.layer.1.attention.self.query.weight", ProductRole::Q, 1},
      {"bert.encoder.layer.1.attention.output.dense.weight", ProductRole::O, 1},
      {"bert.encoder.layer.1.intermediate.dense.weight", ProductRole::Up, 1},
      {"bert.encoder.layer.1.output.dense.weight", ProductRole::Down, 1},
      {"model.layers.7.block_sparse_moe.experts.3.w1.weight", ProductRole::Gate,
       7},
      {"model.layers.7.block_sparse_moe.experts.3.w2.weight", ProductRole::Down,
       7},
      {"model.layers.7.mlp.experts.gate_up_proj", ProductRole::GateUp, 7},
      {"model.layers.7.mlp.router.weight", ProductRole::Router, 7},
      {"blk.2.attn_q.weight", ProductRole::Q, 2},
      {"blk.2.attn_output.weight", ProductRole::O, 2},
      {"blk.2.ffn_gate_inp.weight", ProductRole::Router, 2},
      {"layers.2.feed_forward.w3.weight", ProductRole::Up, 2},
      {"layers.2.attention.wo.weight", ProductRole::O, 2},
      // Placeholders of torch.export, leaves of a JAX tree.
      {"model_layers_0_self_attn_q_proj_weight", ProductRole::Q, 0},
      {"params['layers'][1]['attn']['wv']", ProductRole::V, 1},
      {"params['layers'][1]['mlp']['down']", ProductRole::Down, 1},
      // Nothing to go by.
      {"", ProductRole::Other},
      {"weight", ProductRole::Other},
      {"backbone.layers.0.mixer.out_proj.weight", ProductRole::Other, 0},
      {"classifier.weight", ProductRole::Other},
      {"monkey.weight", ProductRole::Other},
      {"layers.x.q_projection", ProductRole::Other},
      {"layers.99999999999999999999.q_proj", ProductRole::Q},
  };
  for (const Case &expected : cases) {
    WeightName name = parseWeightName(expected.name);
    EXPECT_EQ(name.role, expected.role) << expected.name;
    EXPECT_EQ(name.layer.value_or(-1), expected.layer) << expected.name;
  }
}

TEST(WeightNamesTest, TablesAndGates) {
  EXPECT_TRUE(parseWeightName("model.embed_tokens.weight").isEmbedding);
  EXPECT_TRUE(parseWeightName("transformer.wte.weight").isEmbedding);
  EXPECT_TRUE(parseWeightName("params['embed']").isEmbedding);
  EXPECT_FALSE(parseWeightName("transformer.wpe.weight").isEmbedding);
  EXPECT_FALSE(parseWeightName("lm_head.weight").isEmbedding);
  EXPECT_TRUE(parseWeightName("layers.0.mlp.gate.weight").isGate);
  EXPECT_FALSE(parseWeightName("layers.0.mlp.gate_proj.weight").isGate);
  EXPECT_FALSE(parseWeightName("blk.0.ffn_gate.weight").isGate);
}

TEST(WeightNamesTest, NamesOfProducts) {
  EXPECT_EQ(getProductName("a.q_proj.weight"), "a.q_proj");
  EXPECT_EQ(getProductName("a_q_proj_weight"), "a_q_proj");
  EXPECT_EQ(getProductName("a.experts"), "a.experts");
  EXPECT_EQ(getProductName(".weight"), ".weight");
  EXPECT_EQ(getSiblingName("a.0.attn.c_attn", "scores"), "a.0.attn.scores");
  EXPECT_EQ(getSiblingName("a_0_q_proj", "scores"), "a_0_scores");
  EXPECT_EQ(getSiblingName("p['attn']['wq']", "scores"), "p['attn']['scores']");
  EXPECT_EQ(getSiblingName("a.0.mixer", "scores"), "");
  EXPECT_EQ(getSiblingName("", "scores"), "");
}

} // namespace
