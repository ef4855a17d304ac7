# 1-bit models as transformers has them, with random weights, in its three forms: packed
# trits, trits as floats, and floats that are quantized as they run. For tests.

import json
import os

import torch
import transformers
from safetensors.torch import save_file
from transformers import BitNetQuantConfig
from transformers.integrations.bitnet import AutoBitLinear, pack_weights, replace_with_bitnet_linear

FORMS = (("bitlinear", "offline"), ("autobitlinear", "offline"), ("autobitlinear", "online"))


def build(linear_class, mode, fields, family="bitnet", **options):
    """The model, and its config as a dict; `options` of its quantization_config."""
    torch.manual_seed(11)
    config = transformers.AutoConfig.for_model(
        family, **fields, bos_token_id=1, eos_token_id=None, pad_token_id=0
    )
    model = transformers.AutoModelForCausalLM.from_config(config).eval().float()
    quantization = {"quant_method": "bitnet", "linear_class": linear_class, "quantization_mode": mode, **options}
    model = replace_with_bitnet_linear(
        model, options.get("modules_to_not_convert", ["lm_head"]),
        quantization_config=BitNetQuantConfig(**quantization)
    )
    state = model.state_dict()
    for name, tensor in state.items():
        module = model.get_submodule(name.rpartition(".")[0])
        trits = torch.randint(-1, 2, tensor.shape)
        if name.endswith("weight_scale"):
            new = torch.full(tensor.shape, 2.0 if linear_class == "bitlinear" else 0.25)
        elif tensor.dtype == torch.uint8:
            rows = tensor.shape[0] * 4
            new = pack_weights(torch.randint(-1, 2, (rows, tensor.shape[1])).float())
        elif isinstance(module, AutoBitLinear) and name.endswith(".weight"):
            new = trits.float() if mode == "offline" else torch.randn(tensor.shape) / 7
        else:
            new = torch.randn(tensor.shape) * 0.1 + (1.0 if tensor.dim() == 1 else 0.0)
        state[name] = new
    model.load_state_dict(state, assign=True)
    return model.eval(), {**config.to_dict(), "quantization_config": quantization}


def save(model, config, folder):
    tensors = {n: t.contiguous() for n, t in model.state_dict().items() if n != "lm_head.weight"}
    if not config["tie_word_embeddings"]:
        tensors["lm_head.weight"] = model.state_dict()["lm_head.weight"].clone()
    save_file(tensors, os.path.join(folder, "model.safetensors"))
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
