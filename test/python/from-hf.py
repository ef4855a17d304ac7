# RUN: env PYTHONPATH=%binary_dir/python %python %s prefill
# REQUIRES: onebit-python, torch, transformers, torch_mlir
"""Small random models of transformers through their own code: product by product what
is counted in the graph of torch.export, and what the importer makes of the config."""
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, DynamicCache
from transformers.integrations.bitnet import replace_with_bitnet_linear
from transformers.utils import logging

import onebit
from onebit._onebit import FAMILIES

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from models import CONFIGS, make_config
from rows import check_equal, rows
from torch_count import count

logging.set_verbosity_error()
torch._dynamo.config.disable = True
CONTEXT, BATCH = 16, 2
# What is no matrix product is named as what it is.
OTHER = {"mamba": "2 depthwise convolutions are no matrix product"}


class Step(torch.nn.Module):
    """One decoding step on tensors alone: keys and values, or the states of a recurrence."""

    def __init__(self, model, key):
        super().__init__()
        self.model, self.key = model, key

    def forward(self, ids, past):
        cache = DynamicCache(config=self.model.config)
        for i, (one, other) in enumerate(past):
            if hasattr(cache.layers[i], "conv_states"):
                cache.layers[i].lazy_initialization(conv_states=one, recurrent_states=other)
                cache.layers[i].conv_states[0], cache.layers[i].recurrent_states[0] = one, other
                cache.layers[i].has_previous_state[0] = True
            else:
                cache.update(one, other, i)
        return self.model(input_ids=ids, use_cache=True, **{self.key: cache}).logits


def make_model(name):
    config = make_config(name)
    model = AutoModelForCausalLM.from_config(
        config, attn_implementation="eager", experts_implementation="batched_mm")
    quantization = getattr(config, "quantization_config", None)
    if quantization:
        from transformers import BitNetQuantConfig

        model = replace_with_bitnet_linear(
            model, ["lm_head"], quantization_config=BitNetQuantConfig(**quantization))
    return model.eval()


def count_graph(model, phase):
    with torch.no_grad():
        if phase == "prefill":
            ids = torch.zeros((BATCH, CONTEXT), dtype=torch.int64)
            program = torch.export.export(model, (ids,), {"use_cache": False}, strict=False)
            return count(program.run_decompositions({}))
        past = torch.zeros((BATCH, CONTEXT - 1), dtype=torch.int64)
        output = model(input_ids=past, use_cache=True)
        key = "past_key_values" if "past_key_values" in output else "cache_params"
        cache = output[key]
        states = [(layer.conv_states[0], layer.recurrent_states[0]) if hasattr(layer, "conv_states")
                  else (layer.keys, layer.values) for layer in cache.layers]
        program = torch.export.export(Step(model, key), (past[:, :1], states), strict=False)
        return count(program.run_decompositions({}), prefix="model.")


for name in CONFIGS:
    config, model = make_config(name), make_model(name)
    for phase in sys.argv[1:]:
        report = onebit.report(onebit.from_hf(config, phase=phase, context=CONTEXT, batch=BATCH))
        what = f"{name}, {phase}"
        check_equal(rows(report, weights_only=True), count_graph(model, phase), what)
        assert report.complete, (what, report.assumptions)
        said = " ".join(a["text"] for a in report.assumptions if a["kind"] == "not_modelled")
        assert said.startswith(OTHER.get(name, "")), (what, said)
        if config.model_type in FAMILIES:
            imported = onebit.report(config, phase=phase, context=CONTEXT, batch=BATCH)
            check_equal(rows(report), rows(imported), f"{what}, against the importer")
        elif name == "mixtral":
            # A family that is not known takes this way by itself.
            direct = onebit.report(config, phase=phase, context=CONTEXT, batch=BATCH)
            check_equal(rows(report), rows(direct), f"{what}, directly")

# A model as it is: on a device or not, with another attention, and unchanged by it.
config = make_config("llama")
want = rows(onebit.report(config, phase=sys.argv[1], context=CONTEXT))
for device in ("cpu", "meta"):
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa")
    model.train()
    check_equal(rows(onebit.report(onebit.from_hf(model, phase=sys.argv[1], context=CONTEXT))), want, device)
    assert model.config._attn_implementation == "sdpa" and model.training
    assert all(p.device.type == device for p in model.parameters())
