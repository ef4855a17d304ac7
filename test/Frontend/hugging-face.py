# Every family against Hugging Face: a small model of each is built on the CPU
# and imported from its config. Both have the same parameters, by name and shape,
# and given the same numbers the same logits, for a whole prompt and token by
# token.
#
# REQUIRES: numpy, torch, transformers
# RUN: %python %s %binary_dir/bin %S/Inputs

import json
import os
import subprocess
import sys
import tempfile
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
warnings.filterwarnings("ignore")

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

tools = sys.argv[1]
sys.path.insert(0, sys.argv[2])
from interpreter import Module

TOKENS, BATCH = 7, 2

LLAMA = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             intermediate_size=36, vocab_size=40, max_position_embeddings=32)
GPT2 = dict(n_embd=24, n_layer=2, n_head=4, vocab_size=40, n_positions=32)
OPT = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=4, ffn_dim=36,
           vocab_size=40, max_position_embeddings=32)
BLOOM = dict(hidden_size=24, n_layer=2, n_head=4, vocab_size=40)
FALCON = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=4, vocab_size=40,
              max_position_embeddings=32)
NEOX = dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=36,
            vocab_size=40, max_position_embeddings=32)

# Types of rotary positions, so that pairs of all speeds occur and matter.
ROPE = {
    "linear": {"rope_type": "linear", "factor": 2.0},
    "dynamic, up to the limit": {"rope_type": "dynamic", "factor": 2.0},
    "llama3": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
               "original_max_position_embeddings": 64},
    "llama3 of the limit": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 0.5,
                            "high_freq_factor": 2.0},
    "yarn": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32},
    "yarn, all numbers given": {
        "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64, "beta_fast": 8.0,
        "beta_slow": 2.0, "attention_factor": 1.4, "truncate": False},
    "yarn, two weights": {"rope_type": "yarn", "factor": 40.0, "original_max_position_embeddings": 16,
                          "mscale": 1.0, "mscale_all_dim": 0.5},
    "longrope": {"rope_type": "longrope", "original_max_position_embeddings": 4, "factor": 8.0,
                 "short_factor": [1.0, 1.2, 1.5], "long_factor": [1.1, 2.0, 6.0]},
}

# (what it shows, model_type, fields)
CASES = [
    ("opt", "opt", OPT),
    ("opt: norms after, narrow embedding (350M)", "opt",
     {**OPT, "do_layer_norm_before": False, "word_embed_proj_dim": 12}),
    ("opt: no bias, plain norms, untied", "opt",
     {**OPT, "enable_bias": False, "layer_norm_elementwise_affine": False,
      "tie_word_embeddings": False, "activation_function": "gelu"}),
    ("opt: no final norm", "opt", {**OPT, "_remove_final_layer_norm": True}),
    ("gpt2", "gpt2", GPT2),
    ("gpt2: n_inner, untied, scaled by layer", "gpt2",
     {**GPT2, "n_inner": 20, "tie_word_embeddings": False, "scale_attn_by_inverse_layer_idx": True}),
    ("gpt2: unscaled", "gpt2", {**GPT2, "scale_attn_weights": False, "activation_function": "relu"}),
    ("llama: grouped queries", "llama", LLAMA),
    ("llama: all heads", "llama", {**LLAMA, "num_key_value_heads": None}),
    ("llama: one key-value head, head_dim, biases, tied", "llama",
     {**LLAMA, "num_key_value_heads": 1, "head_dim": 10, "attention_bias": True, "mlp_bias": True,
      "tie_word_embeddings": True, "rope_theta": 500000.0}),
    *((f"llama: rotary positions: {name}", "llama", {**LLAMA, "rope_parameters": {"rope_theta": 100.0, **rope}})
      for name, rope in ROPE.items()),
    ("llama: rotary positions as old files have them", "llama",
     {**LLAMA, "rope_theta": 100.0, "rope_scaling": {"type": "linear", "factor": 3.0}}),
    ("llama: rotary positions, the older key of two", "llama",
     {**LLAMA, "rope_scaling": {"rope_type": "default", "type": "linear", "rope_theta": 100.0, "factor": 3.0}}),
    ("qwen3: rotary positions: yarn", "qwen3",
     {**LLAMA, "head_dim": 16, "rope_parameters": {"rope_theta": 100.0, **ROPE["yarn"]}}),
    ("mistral: window", "mistral", {**LLAMA, "sliding_window": 3, "head_dim": 8}),
    ("mistral: no window", "mistral", {**LLAMA, "sliding_window": None}),
    ("qwen2", "qwen2", LLAMA),
    ("qwen2: windows from layer 1 on, tied", "qwen2",
     {**LLAMA, "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1,
      "tie_word_embeddings": True}),
    ("qwen3: heads wider than the hidden size", "qwen3", {**LLAMA, "head_dim": 16}),
    ("qwen3: biases, layer types", "qwen3",
     {**LLAMA, "head_dim": 8, "attention_bias": True, "use_sliding_window": True, "sliding_window": 3,
      "layer_types": ["sliding_attention", "full_attention"]}),
    ("gemma", "gemma", {**LLAMA, "head_dim": 16}),
    ("gemma: one key-value head, biases, untied", "gemma",
     {**LLAMA, "head_dim": 8, "num_key_value_heads": 1, "attention_bias": True,
      "tie_word_embeddings": False}),
    ("gemma2: alternating windows, soft caps", "gemma2",
     {**LLAMA, "num_hidden_layers": 4, "head_dim": 8, "sliding_window": 3, "query_pre_attn_scalar": 12,
      "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0}),
    ("gemma2: no soft caps", "gemma2",
     {**LLAMA, "head_dim": 8, "attn_logit_softcapping": None, "final_logit_softcapping": None}),
    ("phi3: fused", "phi3", {**LLAMA, "pad_token_id": 0}),
    ("phi3: window, partial rotation, all heads", "phi3",
     {**LLAMA, "hidden_size": 32, "num_key_value_heads": None, "pad_token_id": 0, "sliding_window": 3,
      "partial_rotary_factor": 0.5}),
    ("phi3: LongRoPE", "phi3",
     {**LLAMA, "pad_token_id": 0, "original_max_position_embeddings": 4,
      "rope_parameters": {"rope_theta": 100.0, "rope_type": "longrope", "short_factor": [1.0, 1.2, 1.5],
                          "long_factor": [1.1, 2.0, 6.0]}}),
    ("falcon: one key-value head (7B)", "falcon", FALCON),
    ("falcon: grouped (40B)", "falcon",
     {**FALCON, "new_decoder_architecture": True, "num_kv_heads": 2, "bias": True}),
    ("falcon: grouped, one norm", "falcon",
     {**FALCON, "new_decoder_architecture": True, "num_kv_heads": 2, "num_ln_in_parallel_attn": 1,
      "ffn_hidden_size": 36}),
    ("falcon: all heads, one after the other", "falcon",
     {**FALCON, "multi_query": False, "parallel_attn": False, "bias": True,
      "tie_word_embeddings": False}),
    ("falcon: ALiBi (1B)", "falcon",
     {**FALCON, "multi_query": False, "parallel_attn": False, "alibi": True}),
    ("falcon: ALiBi, heads not a power of two", "falcon",
     {**FALCON, "num_attention_heads": 6, "multi_query": False, "alibi": True}),
    ("bloom", "bloom", BLOOM),
    ("bloom: heads not a power of two, residual after norm", "bloom",
     {**BLOOM, "n_head": 6, "apply_residual_connection_post_layernorm": True}),
    ("gpt_neox: parallel", "gpt_neox", {**NEOX, "rotary_pct": 0.5}),
    ("gpt_neox: sequential, no attention bias", "gpt_neox",
     {**NEOX, "use_parallel_residual": False, "attention_bias": False, "tie_word_embeddings": True}),
    ("starcoder2: window", "starcoder2", {**LLAMA, "sliding_window": 4}),
    ("starcoder2: no bias, untied", "starcoder2",
     {**LLAMA, "use_bias": False, "tie_word_embeddings": False}),
    ("olmo2", "olmo2", LLAMA),
    ("olmo2: biases", "olmo2", {**LLAMA, "attention_bias": True, "num_key_value_heads": None}),
    ("granite: multipliers", "granite",
     {**LLAMA, "embedding_multiplier": 3.0, "residual_multiplier": 0.5, "attention_multiplier": 0.3,
      "logits_scaling": 4.0, "mlp_bias": True}),
    ("bitnet", "bitnet", LLAMA),
    ("bitnet: tied, biases", "bitnet",
     {**LLAMA, "tie_word_embeddings": True, "attention_bias": True, "num_key_value_heads": 4}),
]


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def load(path, phase, context, batch):
    module = run(f"{tools}/onebit-translate", "--import-hf-config", path, f"--phase={phase}",
                 f"--context={context}", f"--batch={batch}")
    return run(f"{tools}/onebit-opt", "--mlir-print-op-generic", text=module)


def randomize(model):
    """Numbers that leave no part of a model without an effect."""
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * (0.3 if parameter.dim() > 1 else 0.5))


def check(name, model_type, fields, folder):
    config = AutoConfig.for_model(model_type, **fields)
    # With ALiBi, Falcon's eager attention adds the bias twice: to the scores, and with the mask.
    config._attn_implementation = "sdpa" if fields.get("alibi") else "eager"
    model = AutoModelForCausalLM.from_config(config).eval()
    randomize(model)
    config.save_pretrained(folder)
    saved = os.path.join(folder, "config.json")
    # As people write it: only what was set, in the spelling of their version.
    written = os.path.join(folder, "written.json")
    with open(written, "w") as file:
        json.dump({"model_type": model_type, **fields}, file)

    prefill = load(saved, "prefill", TOKENS, BATCH)
    assert load(written, "prefill", TOKENS, BATCH).replace('"written"', '"x"') == \
        prefill.replace(f'"{os.path.basename(folder)}"', '"x"'), "two spellings of one config differ"
    assert "not understood" not in prefill, prefill[:2000]
    module = Module(prefill)

    parameters = {n: list(p.shape) for n, p in model.named_parameters()}
    assert module.weights() == parameters, (
        f"only imported or of other shape: {set(map(str, module.weights().items())) - set(map(str, parameters.items()))}; "
        f"only in the model: {set(map(str, parameters.items())) - set(map(str, module.weights().items()))}")
    blocks = [op for op in module.ops if op.name == "decoder.block"]
    assert len(blocks) == config.num_hidden_layers

    weights = {n: p.detach().double().numpy() for n, p in model.named_parameters()}
    ids = np.random.default_rng(0).integers(1, 40, (BATCH, TOKENS))
    with torch.no_grad():
        expected = model(torch.tensor(ids)).logits.numpy()
    scale = np.abs(expected).max()
    assert expected.std(axis=(0, 1)).min() > 1e-3 * scale, "a test without an effect"

    logits, _ = module.run(weights, ids, 0, [np.zeros(s) for s in module.cache_shapes()])
    assert np.abs(logits - expected).max() < 2e-4 * scale, f"prefill differs by {np.abs(logits - expected).max()}"

    if fields.get("rope_parameters", {}).get("rope_type") == "longrope":
        # Rotated by what was the sequence's length when the token came.
        cache = None
        for t in range(TOKENS):
            with torch.no_grad():
                step = model(torch.tensor(ids[:, t : t + 1]), past_key_values=cache, use_cache=True)
            cache, expected[:, t] = step.past_key_values, step.logits[:, 0].numpy()

    module = Module(load(saved, "decode", TOKENS, BATCH))
    assert module.weights() == parameters
    caches = [np.zeros(s) for s in module.cache_shapes()]
    for t in range(TOKENS):
        logits, caches = module.run(weights, ids[:, t : t + 1], t, caches)
        error = np.abs(logits[:, 0] - expected[:, t]).max()
        assert error < 2e-4 * scale, f"token {t} differs by {error}"


failed = 0
families = set()
for name, model_type, fields in CASES:
    with tempfile.TemporaryDirectory() as folder:
        try:
            check(name, model_type, fields, folder)
            families.add(model_type)
        except Exception as error:
            failed += 1
            print(f"{name}: {type(error).__name__}: {error}")
# Every family that the importer knows: its own error lists them.
unknown = subprocess.run([f"{tools}/onebit-translate", "--import-hf-config", "-"],
                         input='{"model_type": ""}', capture_output=True, text=True).stderr
known = set(unknown.split("must be one of ")[1].split(";")[0].split(", "))
if families != known:
    failed += 1
    print(f"families without a case here: {sorted(known - families)}")
print(f"{len(CASES) - failed} of {len(CASES)} models of {len(families)} families are as Hugging Face has them")
sys.exit(failed != 0)
