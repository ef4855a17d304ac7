# RUN: env PYTHONPATH=%binary_dir/python %python %s
# REQUIRES: onebit-python, torch, transformers
"""Configs and models of transformers, in one process with torch."""
import onebit
from transformers import AutoConfig, AutoModelForCausalLM

config = AutoConfig.for_model(
    "llama", hidden_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    intermediate_size=36, vocab_size=40, max_position_embeddings=32)
model = AutoModelForCausalLM.from_config(config)
reports = [onebit.report(source, context=16) for source in (config, model, config.to_dict())]
assert reports[0].kernels == reports[1].kernels == reports[2].kernels
projections = {k["name"]: k["n"] * k["k"] for k in reports[0].kernels if k["class"] != "attention"}
weights = {name.removesuffix(".weight"): p.numel() for name, p in model.named_parameters()
           if p.dim() == 2 and "embed" not in name}
assert projections == weights, (projections, weights)
