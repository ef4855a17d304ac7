# Imported models against the models themselves: every family from a small
# config, with random weights, token by token on caches, against `transformers`
# on the whole sequence.
#
# REQUIRES: torch, transformers
# RUN: %python %s

import json
import os
import re
import subprocess
import tempfile

import numpy as np
import torch
import transformers

from harness import DECOMPOSE, ONEBIT_OPT, Case, check, constant, ty

TRANSLATE = os.path.join(os.path.dirname(ONEBIT_OPT.split()[0]), "onebit-translate")
BATCH, TOKENS, WINDOW = 2, 6, 3

SIZES = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 19,
    "max_position_embeddings": 32,
}
LLAMA = {**SIZES, "intermediate_size": 12, "num_key_value_heads": 2}
TOKEN_IDS = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}

# name: (family, fields)
MODELS = {
    "bitnet": ("bitnet", LLAMA),
    "bloom": ("bloom", {"hidden_size": 18, "n_layer": 2, "n_head": 3, "vocab_size": 19}),
    "falcon": ("falcon", SIZES),
    "falcon_grouped": (
        "falcon",
        {**SIZES, "new_decoder_architecture": True, "num_kv_heads": 2, "bias": True},
    ),
    "falcon_sequential": (
        "falcon",
        {**SIZES, "multi_query": False, "parallel_attn": False},
    ),
    "gemma": ("gemma", {**LLAMA, "num_key_value_heads": 1, "head_dim": 6}),
    "gemma2": (
        "gemma2",
        {
            **LLAMA,
            "head_dim": 8,
            "sliding_window": WINDOW,
            "query_pre_attn_scalar": 5,
            "attn_logit_softcapping": 2.0,
            "final_logit_softcapping": 3.0,
        },
    ),
    "gpt2": (
        "gpt2",
        {"n_embd": 16, "n_layer": 2, "n_head": 4, "vocab_size": 19, "n_positions": 32},
    ),
    "gpt_neox": ("gpt_neox", {**SIZES, "hidden_size": 32, "intermediate_size": 12}),
    "gpt_neox_sequential": (
        "gpt_neox",
        {
            **SIZES,
            "intermediate_size": 12,
            "use_parallel_residual": False,
            "rotary_pct": 0.5,
        },
    ),
    "granite": (
        "granite",
        {
            **LLAMA,
            "embedding_multiplier": 3.0,
            "residual_multiplier": 0.7,
            "attention_multiplier": 0.4,
            "logits_scaling": 1.5,
        },
    ),
    "llama": ("llama", {**LLAMA, "attention_bias": True, "mlp_bias": True}),
    "mistral": ("mistral", {**LLAMA, "sliding_window": WINDOW}),
    "olmo2": ("olmo2", LLAMA),
    "opt": ("opt", {**SIZES, "ffn_dim": 12, "word_embed_proj_dim": 16}),
    "opt_post_norm": (
        "opt",
        {**SIZES, "ffn_dim": 12, "word_embed_proj_dim": 8, "do_layer_norm_before": False},
    ),
    "phi3": ("phi3", {**LLAMA, "sliding_window": WINDOW}),
    "qwen2": (
        "qwen2",
        {**LLAMA, "use_sliding_window": True, "sliding_window": WINDOW, "max_window_layers": 1},
    ),
    "qwen3": ("qwen3", {**LLAMA, "head_dim": 6}),
    "starcoder2": ("starcoder2", LLAMA),
}


def reference_model(family, fields):
    ids = {key: value for key, value in TOKEN_IDS.items()}
    config = transformers.AutoConfig.for_model(family, **fields, **ids)
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    # Parameters as they are made are ones and zeros in places.
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.copy_(parameter + 0.3 * noise)
            else:
                parameter.copy_(noise / parameter.shape[-1] ** 0.5)
    return config, model


def imported(name, config, weights, phase):
    """The function of the imported module, named after the model, its weights
    filled in."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "config.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config.to_dict(), file)
        text = subprocess.run(
            [TRANSLATE, "--import-hf-config", path, f"--phase={phase}",
             f"--context={TOKENS}", f"--batch={BATCH}"],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip

    def fill(match):
        value = weights[match[1]].detach().numpy()
        literal = constant(value).removeprefix("arith.constant ")
        return f'decoder.weight "{match[1]}" = {literal} : {ty(value)}'

    text = re.sub(r'decoder\.weight "([^"]+)" : tensor<[^>]*>', fill, text)
    text = text.replace(f"@{phase}(", f"private @{name}_{phase}(")
    text = re.sub(r"#map(\d*)", rf"#{name}_{phase}_map\1", text)
    # The maps stand above the module.
    aliases, _, module = text.partition("module")
    return aliases + "func.func" + module.partition("func.func")[2].rpartition("}")[0]


def signature(function):
    arguments = re.search(r"func\.func private @\w+\((.*?)\) ->", function)[1]
    return re.findall(r"tensor<[^>]*>|index", arguments)


def model_cases(name, family, fields, phases):
    config, model = reference_model(family, fields)
    weights = model.state_dict()
    rng = np.random.default_rng(8)
    ids = rng.integers(3, config.vocab_size, (BATCH, TOKENS))
    with torch.no_grad():
        logits = model(input_ids=torch.tensor(ids), use_cache=False).logits.numpy()

    for phase in phases:
        function = imported(name, config, weights, phase)
        types = signature(function)
        caches = {
            # What an empty slot holds does not matter, unless it is looked at.
            f"cache{i}": np.full([int(n) for n in t[7:-5].split("x")], 1e3, np.float32)
            for i, t in enumerate(types[2:])
        }
        expected, rows = [logits], TOKENS
        if phase == "decode":
            expected, rows = [logits[:, t : t + 1].copy() for t in range(TOKENS)], 1
        results = ", ".join([ty(expected[0]), *types[2:]])
        lines, current = [], [f"%{cache}" for cache in caches]
        for step in range(len(expected)):
            lines.append(
                f"%at{step} = arith.constant {step} : index\n"
                f"%token{step} = tensor.extract_slice %ids[0, {step}] [{BATCH}, {rows}] [1, 1]"
                f" : {ty(ids)} to {types[0]}\n"
                f"%step{step}:{1 + len(current)} = func.call @{name}_{phase}("
                f"{', '.join([f'%token{step}', f'%at{step}', *current])})"
                f" : ({', '.join(types)}) -> ({results})"
            )
            current = [f"%step{step}#{i + 1}" for i in range(len(current))]
        yield Case(
            f"{name}_{phase}_steps",
            "\n".join(lines),
            {"ids": ids, **caches},
            expected,
            [f"%step{step}#0" for step in range(len(expected))],
            passes=DECOMPOSE,
            prelude=function,
            tolerance=1e-4,
        )


def cases():
    for name, (family, fields) in MODELS.items():
        # Prefill differs in the shapes alone, and in windows.
        phases = ["decode", "prefill"] if name in ("gemma2", "opt") else ["decode"]
        yield from model_cases(name, family, fields, phases)


if __name__ == "__main__":
    check(list(cases()))
