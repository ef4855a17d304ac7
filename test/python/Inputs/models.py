"""Small configs of families of transformers."""
from transformers import AutoConfig

TOKENS = dict(vocab_size=64, max_position_embeddings=64)
LLAMA = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             intermediate_size=48, **TOKENS)
BITNET = dict(quant_method="bitnet", quantization_mode="offline")
CONFIGS = {
    "opt": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, ffn_dim=48,
                word_embed_proj_dim=32, **TOKENS),
    "gpt2": dict(n_embd=32, n_layer=2, n_head=4, n_positions=64, vocab_size=64),
    "llama": LLAMA,
    "qwen2": LLAMA,
    "qwen3": dict(LLAMA, head_dim=16),
    "gemma2": dict(LLAMA, head_dim=16, sliding_window=8),
    "phi3": dict(LLAMA, pad_token_id=0),
    "gpt_neox": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
                     intermediate_size=48, **TOKENS),
    "falcon": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, **TOKENS),
    "bloom": dict(hidden_size=32, n_layer=2, n_head=4, vocab_size=64),
    "starcoder2": dict(LLAMA, sliding_window=8),
    "olmo2": LLAMA,
    "granite": LLAMA,
    "bitnet": LLAMA,
    "bitnet (bitlinear)": dict(LLAMA, quantization_config=dict(BITNET, linear_class="bitlinear")),
    "bitnet (autobitlinear)": dict(LLAMA, quantization_config=dict(BITNET, linear_class="autobitlinear")),
    "mixtral": dict(LLAMA, num_local_experts=4, num_experts_per_tok=2),
    "qwen2_moe": dict(LLAMA, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=24,
                      shared_expert_intermediate_size=40, decoder_sparse_step=1),
    "mamba": dict(hidden_size=32, num_hidden_layers=2, state_size=8, vocab_size=64),
}


def make_config(name):
    return AutoConfig.for_model(name.split(" ")[0], **CONFIGS[name])
