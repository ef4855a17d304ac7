# What a quantization_config says beside its form: a norm before each quantization,
# modules that stay floats, a head that does not; and biases, which `autobitlinear`
# multiplies by the scale, too. Logits are those of transformers.
#
# REQUIRES: onebit-python, safetensors, torch, transformers
# RUN: %python %s %binary_dir

import os
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(sys.argv[1], "python"))
warnings.filterwarnings("ignore")

import numpy as np
import torch
import transformers

import bitnets
import onebit

transformers.utils.logging.disable_progress_bar()
torch._dynamo.config.disable = True
SIZES = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 6, "num_key_value_heads": 2,
         "intermediate_size": 64, "vocab_size": 52, "max_position_embeddings": 24}  # fmt: skip
# As long as no code of an activation flips; one in a hundred tokens has one.
TOLERANCE, MOST = 2e-5, 3e-2
CASES = {
    "plain": ({}, {}),
    "biases": ({"attention_bias": True}, {}),
    "norms": ({}, {"use_rms_norm": True, "rms_norm_eps": 1e-4}),
    "floats": ({}, {"modules_to_not_convert": ["lm_head", "model.layers.0.mlp.down_proj", "q_proj"]}),
    "patterns": ({}, {"modules_to_not_convert": ["lm_head", "model.layers.*.mlp", r"model\.layers\.1"]}),
    "head": ({"tie_word_embeddings": False}, {"modules_to_not_convert": ["o_proj"], "use_rms_norm": True}),
}
errors = []


def check(name, family, form, fields, options):
    model, config = bitnets.build(*form, {**SIZES, **fields}, family, **options)
    ids = torch.randint(3, 52, (1, 20))
    with torch.no_grad():
        wanted = model(ids).logits[0].numpy()
    with tempfile.TemporaryDirectory() as folder:
        bitnets.save(model, config, folder)
        compiled = onebit.compile(folder)
        roles = {k["name"]: k["class"] for k in onebit.report(folder).to_dict()["kernels"]}
    got = np.stack([compiled.feed(token) for token in ids[0].tolist()])
    off = np.abs(got - wanted).max(axis=1) / np.abs(wanted).max()
    title = f"{name}, {family}, {' '.join(form)}"
    print(f"{title}: off by {off.max():.1e}, {(off > TOLERANCE).sum()} of {len(off)} tokens moved")
    if off.max() > MOST or (off > TOLERANCE).mean() > 0.15:
        errors.append(f"{title}: logits are off by {off}")
    # The report has as MatMul-free what is 1-bit in the model.
    for module, linear in model.named_modules():
        if isinstance(linear, torch.nn.Linear) or type(linear).__name__ == "BitLinear":
            is_free = type(linear).__name__ != "Linear"
            if (roles[module] == "matmul_free") != is_free:
                errors.append(f"{title}: {module} is {roles[module]}")


for name, (fields, options) in CASES.items():
    for form in bitnets.FORMS:
        check(name, "bitnet", form, fields, options)
for form in bitnets.FORMS:
    check("biases", "qwen2", form, {}, {})
if errors:
    sys.exit("\n".join(errors))
