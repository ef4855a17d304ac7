# Whole models, tiled: a module is priced, and the same module computes the bits of
# the untiled one and generates its tokens; what its kernels executed is what the
# report says. Prefill in one go, and token by token.
#
# RUN: %python %s

import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

from harness import ONEBIT_OPT, Case, call, constant, run, ty
from tiled import DECOMPOSE, UNTILED, compare, macs_of

BIN = os.path.dirname(ONEBIT_OPT.split()[0])
PROMPT, NEW, CONTEXT = [3, 14, 15, 9, 2], 12, 20
SIZES = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 37,
         "max_position_embeddings": 32}  # fmt: skip
LLAMA = {**SIZES, "intermediate_size": 40, "num_key_value_heads": 2}
MODELS = {
    "bitnet": LLAMA,
    "llama": {**LLAMA, "tie_word_embeddings": True},
    "opt": {**SIZES, "ffn_dim": 40, "word_embed_proj_dim": 24},
    "gpt2": {"n_embd": 24, "n_layer": 2, "n_head": 4, "vocab_size": 37, "n_positions": 32},
}
QUANTIZE = "--onebit-quantize-projections"
TILINGS = {
    "bitnet": ["array=5x7 dataflow=os", "array=7x5 dataflow=ws gqa=rows", "array=5x7 dataflow=is"],
    "llama": ["array=6x4 dataflow=auto gqa=rows", "array=64x64 dataflow=ws"],
    "opt": ["array=7x5 dataflow=ws"],
    "gpt2": ["array=5x7 dataflow=is"],
}
PREFILLS = {
    "bitnet": ["array=5x7 dataflow=os", "array=7x5 dataflow=ws", "array=5x7 dataflow=is"],
    "llama": ["array=5x7 dataflow=os masked-folds=skipped", "array=3x2 dataflow=is masked-folds=skipped gqa=rows"],
}


def tool(name, *arguments, text=None):
    return call([os.path.join(BIN, name), *arguments], text)


def imported(family, fields, phase):
    """The model as MLIR with random weights, the same for both phases."""
    rng = np.random.default_rng(24)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "config.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"model_type": family, **fields}, file)
        text = tool("onebit-translate", "--import-hf-config", path, f"--phase={phase}",
                    f"--context={CONTEXT}")  # fmt: skip
    values = {}

    def fill(match):
        name, shape = match[1], [int(extent) for extent in match[2].split("x")[:-1]]
        if name not in values:
            # Such that a token does not just repeat itself.
            small = "embed" in name or "wte" in name
            scale = 0.3 if len(shape) == 1 else 1 if small else 2 * min(shape) ** -0.5
            values[name] = (rng.standard_normal(shape) * scale).astype(np.float32)
            if len(shape) == 1 and name.endswith("weight"):
                values[name] += 1  # norms
        literal = constant(values[name]).removeprefix("arith.constant ")
        return f'decoder.weight "{name}" = {literal} : {ty(values[name])}'

    return re.sub(r'decoder\.weight "([^"]+)" : tensor<([^>]*)>', fill, text)


def generate(path, *arguments):
    """The tokens, and what the kernels executed, if that is asked for."""
    tokens = ",".join(map(str, PROMPT))
    output = tool("onebit-run", path, f"--tokens={tokens}", f"--generate={NEW}", *arguments)
    lines = output.splitlines()
    counts = json.loads(lines[1])["kernels"] if len(lines) > 1 else []
    return lines[0], macs_of(counts)


def prefill(family, text):
    """One call of the model with a whole context, from caches that are empty."""
    aliases, _, module = text.partition("module")
    function = "func.func" + module.partition("func.func")[2].rpartition("}")[0]
    function = function.replace("@prefill(", "private @model(")
    types = re.findall(r"tensor<[^>]*>", re.search(r"@model\((.*?)\) ->", function)[1])
    caches = [np.zeros([int(n) for n in t[7:-5].split("x")], np.float32) for t in types[1:]]
    ids = np.random.default_rng(4).integers(0, SIZES["vocab_size"], (1, CONTEXT))
    logits = np.zeros((1, CONTEXT, SIZES["vocab_size"]), np.float32)
    inputs = {"ids": ids, "at": 0, **{f"cache{i}": cache for i, cache in enumerate(caches)}}
    expected = [logits, *caches]
    body = (
        f"%r:{len(expected)} = func.call @model({', '.join('%' + name for name in inputs)})"
        f" : ({', '.join([types[0], 'index', *types[1:]])}) -> ({', '.join(map(ty, expected))})"
    )
    returns = [f"%r#{i}" for i in range(len(expected))]
    return Case(f"{family}_prefill", body, inputs, expected, returns, prelude=aliases + function)


def main():
    if "--verify-roundtrip" in ONEBIT_OPT:
        return  # of numbers only
    errors, compared = [], 0
    with tempfile.TemporaryDirectory() as folder:
        plain, priced = os.path.join(folder, "plain.mlir"), os.path.join(folder, "priced.mlir")
        for family, fields in MODELS.items():
            passes = [*DECOMPOSE, *([QUANTIZE] if family == "bitnet" else [])]
            text = imported(family, fields, "decode")
            tool("onebit-opt", *passes, "-o", plain, text=text)
            expected, _ = generate(plain)
            if len(set(expected.split())) < 3:
                errors.append(f"{family}: tokens say little: {expected}")
            for tiling in TILINGS[family]:
                if family == "bitnet":
                    lowering = [f"--lower-to-systolic={tiling}"]
                else:
                    lowering = [*passes, f"--onebit-tile-to-systolic={tiling}", "--onebit-annotate-cost"]
                report = tool("onebit-opt", *lowering, "--report=json", "-o", priced, text=text)
                tokens, executed = generate(priced, "--count-macs")
                # The last token is not fed.
                steps = len(PROMPT) + NEW - 1
                reported = macs_of(json.loads(report)["kernels"])
                if tokens != expected:
                    errors.append(f"{family}, {tiling}: expected {expected}, got {tokens}")
                if executed != {kernel: macs * steps for kernel, macs in reported.items()}:
                    errors.append(f"{family}, {tiling}: executed in {steps} steps {executed}, reported {reported}")
                compared += 1

    for family, tilings in PREFILLS.items():
        cases = [prefill(family, imported(family, MODELS[family], "prefill"))]
        quantize = [QUANTIZE] if family == "bitnet" else []
        (expected,) = run(cases, [*DECOMPOSE, *quantize, *UNTILED])
        if np.ptp(expected[0]) < 1:
            errors.append(f"{family}: logits say little")
        for tiling in tilings:
            # Masked folds have a price by this model only.
            (got,) = compare(cases, tiling, errors, [*DECOMPOSE, *quantize], "onebit")
            if any(e.tobytes() != g.tobytes() for e, g in zip(expected, got, strict=True)):
                errors.append(f"{family}, prefill, {tiling}: the results differ")
            compared += 1
    if errors:
        sys.exit("\n".join(errors))
    print(f"{compared} tiled models: tokens and multiply-accumulates agree")


if __name__ == "__main__":
    main()
