# BitNet end to end against transformers, in its three forms: how many int8 codes of
# activations differ, and what that makes of logits.
#
# From the same float inputs, every code and every sum of a layer is the same integer. End
# to end, sums of floats in another order flip a code now and then, and then logits move
# by more than rounding. So both are bounded, and printed: with the reference's tokens fed
# in one go (prefill) and one by one (decode). Tokens are the same wherever the
# reference's two likeliest are further apart than that.
#
# REQUIRES: onebit-python, numpy, safetensors, torch, transformers
# RUN: %python %s %binary_dir

import os
import re
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(sys.argv[1], "python"))
warnings.filterwarnings("ignore")

import numpy as np
import torch

import whole
from harness import ROOT, Case, run

sys.path.insert(0, os.path.join(ROOT, "docs/examples/tiny-bitnet"))
import bitnets
import observe
import onebit
from transformers.integrations.bitnet import WeightQuant, unpack_weights

torch._dynamo.config.disable = True
TOOLS = os.path.join(sys.argv[1], "bin")
SIZES = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 6, "vocab_size": 97,
         "max_position_embeddings": 80, "intermediate_size": 64, "num_key_value_heads": 2}  # fmt: skip
PROMPT, NEW = 8, 64
# Relative to the largest logit: as long as no code differs, and after. The share of codes
# that may differ.
ROUNDING, MOST, FLIPPED = 2e-6, 3e-2, 0.01


def prefill(folder, ids):
    """Logits and codes of all tokens at once: the module of the other phase, with codes
    behind its logits, through upstream's tools. And the module without."""
    module = observe.quantized(folder, TOOLS, "--phase=prefill", f"--context={len(ids)}")
    extended, layers = observe.extend(module)
    values = whole.call(extended, "prefill", [ids])
    return observe.split(values[0], layers), whole.inlined(module)


def weight_of(module):
    """The trits of a linear layer, by transformers."""
    if type(module).__name__ == "BitLinear":
        return unpack_weights(module.weight, dtype=torch.float32).numpy()
    if module.online_quant:
        return np.sign(WeightQuant.apply(module.weight).detach().numpy())
    return module.weight.numpy()


def layer_by_layer(name, model, ids, aliases, function):
    """Codes and sums of each layer, from the inputs that transformers gave it."""
    inputs, hooks = {}, []
    for path, module in model.named_modules():
        if type(module).__name__ in ("BitLinear", "AutoBitLinear"):
            record = lambda _, arguments, path=path: inputs.update({path: arguments[0].numpy().copy()})
            hooks.append(module.register_forward_pre_hook(record))
    _, codes = observe.reference(model, ids)
    for hook in hooks:
        hook.remove()
    cases, integers = [], 0
    for line in re.findall(r"^ *(%\w+ = ternary\.matmul .*)$", function, re.M):
        path, x, w = re.search(r'"([^"]+)" .* ins\((%\w+), (%\w+)', line).groups()
        weight = re.search(rf"^ *({w}, .*)$", function, re.M)[1]
        quantize = re.search(rf"^ *({x}, .*)$", function, re.M)[1]
        quantize = re.sub(r"per_token %\w+", "per_token %input", quantize)
        sums = (codes[path].astype(np.int64) @ weight_of(model.get_submodule(path)).T.astype(np.int64))[None]
        assert np.abs(sums).max() > 10
        cases.append(Case(
            f"layer{len(cases)}", "\n".join([weight, quantize, line]), {"input": inputs[path]},
            [codes[path][None], sums.astype(np.int32)], [x, line.split()[0]], prelude=aliases if not cases else "",
        ))  # fmt: skip
    assert len(cases) == len(codes) == 14
    for case, results in zip(cases, run(cases, whole.PASSES)):
        for got, expected in zip(results, case.expected):
            integers += got.size
            assert np.array_equal(got, expected), f"{name}: {case.name}: {(got != expected).sum()} differ"
    return integers


def compare(name, got, codes, wanted, wanted_codes):
    """Bounds on both, and what they are."""
    same = observe.agree(codes, wanted_codes)
    off = np.abs(got - wanted).max(axis=1) / np.abs(wanted).max()
    flipped, count, by = observe.flips(codes, wanted_codes)
    print(f"{name}: {flipped / count:.2%} of {count:,} codes differ, by {by} at most; logits by {off.max():.1e}, "
          f"by {off[:same].max(initial=0):.1e} in the {same} tokens before")  # fmt: skip
    assert (off[:same] < ROUNDING).all(), f"{name}: logits are off by {off}"
    assert flipped <= FLIPPED * count and off.max() < MOST, f"{name}: logits are off by {off}"


def greedy(name, model, ids, logits, got, compiled):
    """Tokens where the reference's margin is beyond what logits may be off."""
    top = np.sort(logits, axis=1)[:, -2:]
    clear = top[:, 1] - top[:, 0] > 2 * MOST * np.abs(logits).max()
    ours, theirs = got.argmax(axis=1), logits.argmax(axis=1)
    steps = slice(PROMPT - 1, PROMPT + NEW - 1)
    assert np.array_equal(theirs[steps], ids[PROMPT:]), name
    assert np.array_equal(ours[clear], theirs[clear]), f"{name}: {ours[clear]}, {theirs[clear]}"
    generated = compiled.generate(ids[:PROMPT], NEW)
    assert len(generated) == NEW
    # On its own the model goes its own way behind the first step that is not clear.
    first = NEW if clear[steps].all() else int(np.argmin(clear[steps]))
    assert generated[:first] == ids[PROMPT : PROMPT + first], f"{name}: {generated}, {ids[PROMPT:]}"
    equal = sum(a == b for a, b in zip(generated, ids[PROMPT:]))
    print(f"{name}: {clear[steps].sum()} of {NEW} steps are clear, {(ours == theirs)[steps].sum()} equal; "
          f"{equal} generated tokens equal")  # fmt: skip
    return clear[steps].sum()


clear = integers = 0
for linear_class, mode in bitnets.FORMS:
    name = f"{linear_class}, {mode}"
    model, config = bitnets.build(linear_class, mode, SIZES)
    model.generation_config.eos_token_id = None
    prompt = torch.randint(3, 97, (1, PROMPT))
    ids = model.generate(prompt, max_new_tokens=NEW, do_sample=False, pad_token_id=0)[0].tolist()
    logits, wanted = observe.reference(model, ids)
    with tempfile.TemporaryDirectory() as folder:
        bitnets.save(model, config, folder)
        observed = observe.Observed(folder, TOOLS, len(ids))
        compiled = onebit.compile(folder)
        (at_once, codes), (aliases, function) = prefill(folder, ids)
    compare(f"{name}, prefill", at_once, codes, logits, wanted)
    got, codes = observed(ids)
    compare(f"{name}, decode", got, codes, logits, wanted)
    clear += greedy(name, model, ids, logits, got, compiled)
    with torch.no_grad():
        integers += layer_by_layer(name, model, ids, aliases, function)
print(f"{integers:,} integers of single layers, all equal")
sys.exit(clear < 60 or integers < 100_000)
