# The same model from every file that holds it: as transformers saves it, in one file
# and in shards, and as GGUF by the writer of `gguf`, each float and each ternary type.
# From the same weights come the same bits; and those are transformers' logits.
#
# REQUIRES: onebit-python, gguf, safetensors, torch, transformers
# RUN: %python %s %binary_dir

import json
import os
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(sys.argv[1], "python"))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Frontend", "Inputs"))
warnings.filterwarnings("ignore")

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from transformers import BitNetQuantConfig
from transformers.integrations.bitnet import pack_weights, replace_with_bitnet_linear
from weights import i2_s, permute, write_gguf

import onebit

transformers.utils.logging.disable_progress_bar()
torch._dynamo.config.disable = True
KINDS = gguf.GGMLQuantizationType
# A number that gguf has for another type since: microsoft/BitNet's file format.
I2_S = 36
TOKENS = 8
# Relative to the largest logit, in float32 and another order of sums.
TOLERANCE = 2e-5
# A flipped code of an activation: see generate.py.
MOST = 3e-2
SIZES = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "vocab_size": 31, "max_position_embeddings": 16}  # fmt: skip
IDS = {"bos_token_id": 1, "eos_token_id": None, "pad_token_id": 0}
compared = 0


def feed(folder, ids, weights=None):
    """Logits of every token."""
    source = os.path.join(folder, "config.json") if weights else folder
    compiled = onebit.compile(source, weights=weights)
    return np.stack([compiled.feed(int(token)) for token in ids])


def near(name, got, wanted, tolerance=TOLERANCE):
    global compared
    compared += 1
    error = np.abs(got - wanted).max() / np.abs(wanted).max()
    print(f"{name}: off by {error:.1e}")
    assert error < tolerance, f"{name}: logits are off by {error:.2g}"


def equal(name, got, wanted):
    global compared
    compared += 1
    assert got.tobytes() == wanted.tobytes(), f"{name}: off by {np.abs(got - wanted).max():.2g}"


def build(family, fields):
    torch.manual_seed(5)
    config = transformers.AutoConfig.for_model(family, **fields, **IDS)
    model = transformers.AutoModelForCausalLM.from_config(config).eval().float()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape))
    return model


@torch.no_grad()
def logits_of(model, ids):
    return model(torch.tensor(ids)[None], use_cache=False).logits[0].float().numpy()


def with_weights(model, weights):
    state = {name: torch.from_numpy(array.copy()) for name, array in weights.items()}
    missing = model.load_state_dict(state, strict=False).missing_keys
    assert set(missing) <= {"lm_head.weight"}, missing
    model.tie_weights()
    return model


def saved(folder):
    """save_pretrained: one file, shards, and elements of 16 bits."""
    rng = np.random.default_rng(1)
    for family, fields in {
        "llama": SIZES,
        "bitnet": {**SIZES, "tie_word_embeddings": True},
        "opt": {**SIZES, "ffn_dim": 96, "word_embed_proj_dim": 64},
    }.items():
        ids = rng.integers(3, 31, TOKENS)
        model = build(family, fields)
        whole, shards = os.path.join(folder, family), os.path.join(folder, family + "-shards")
        model.save_pretrained(whole)
        model.save_pretrained(shards, max_shard_size="20KB")
        assert len([f for f in os.listdir(shards) if f.endswith(".safetensors")]) > 4
        got = feed(whole, ids)
        near(f"{family}, safetensors", got, logits_of(model, ids))
        equal(f"{family}, shards", feed(shards, ids), got)
    for dtype in (torch.bfloat16, torch.float16):
        path = os.path.join(folder, str(dtype))
        model = build("llama", SIZES).to(dtype)
        model.save_pretrained(path)
        # What runs has the weights' bits, widened, and sums in float32; so does this.
        model = transformers.AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
        near(f"llama, {dtype}", feed(path, ids), logits_of(model.eval(), ids))


def floats_in_gguf(folder):
    """llama, whose rows of q and k llama.cpp permutes."""
    ids = np.random.default_rng(2).integers(3, 31, TOKENS)
    model = build("llama", SIZES)
    state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    table = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, SIZES["num_hidden_layers"])
    heads = {"self_attn.q_proj": SIZES["num_attention_heads"], "self_attn.k_proj": SIZES["num_key_value_heads"]}
    keys = [("llama.attention.head_count", 4), ("llama.attention.head_count_kv", 2)]
    model.save_pretrained(folder)
    for kind in (KINDS.F32, KINDS.F16, KINDS.BF16, KINDS.Q8_0):
        tensors, weights = {}, {}
        for name, array in state.items():
            # Vectors stay floats, as llama.cpp leaves them.
            as_kind = kind if array.ndim > 1 else KINDS.F32
            weights[name] = gguf.dequantize(gguf.quantize(array, as_kind), as_kind)
            module = ".".join(name.split(".")[3:5])
            stored = permute(array, heads[module]) if module in heads else array
            there = table.get_name(name, try_suffixes=(".weight",))
            tensors[there] = (gguf.quantize(stored, as_kind), as_kind)
        path = os.path.join(folder, f"{kind.name}.gguf")
        write_gguf(path, "llama", tensors, keys)
        got = feed(folder, ids, path)
        near(f"llama, GGUF {kind.name}", got, logits_of(with_weights(model, weights), ids))
        other = os.path.join(folder, f"{kind.name}.safetensors")
        save_file({name: torch.from_numpy(array.copy()) for name, array in weights.items()}, other)
        equal(f"llama, GGUF {kind.name} and safetensors", feed(folder, ids, other), got)


def ternary_in_gguf(folder):
    """bitnet: one scale a weight in each type, and one for each 256 elements."""
    sizes = {**SIZES, "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 1,
             "tie_word_embeddings": True}  # fmt: skip
    rng = np.random.default_rng(3)
    ids = rng.integers(3, 31, TOKENS)
    model = build("bitnet", sizes)
    quantization = {"quant_method": "bitnet", "linear_class": "autobitlinear", "quantization_mode": "offline"}
    config = {**model.config.to_dict(), "quantization_config": quantization}
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
    plain = {name: t.numpy().copy() for name, t in model.state_dict().items() if name != "lm_head.weight"}
    linear = [name for name in plain if "_proj.weight" in name]
    elements = {name: rng.integers(-1, 2, plain[name].shape).astype(np.float32) for name in linear}
    model = replace_with_bitnet_linear(model, ["lm_head"], quantization_config=BitNetQuantConfig(**quantization))
    table = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BITNET, 1)

    def there(name):
        # What gguf calls them is older than transformers' names.
        name = name.replace("self_attn.attn_sub_norm", "self_attn.inner_attn_ln")
        return table.get_name(name.replace("mlp.ffn_sub_norm", "mlp.ffn_layernorm"), try_suffixes=(".weight",))

    def run(kind, weights, scale=None):
        tensors = {there(name): (array, KINDS.F32) for name, array in plain.items() if name not in linear}
        for name in linear:
            if kind is I2_S:
                data = i2_s(elements[name], scale), kind, elements[name].shape
            else:
                data = gguf.quantize(weights[name], kind), kind
            tensors[there(name)] = data
        path = os.path.join(folder, "ternary.gguf")
        write_gguf(path, "bitnet", tensors)
        # The elements as they are, or with their scale: the same product.
        held = {**plain, **weights}
        held.update({name + "_scale": np.ones(1, np.float32) for name in linear})
        model.load_state_dict({n: torch.from_numpy(a.copy()) for n, a in held.items()}, strict=False, assign=True)
        model.tie_weights()
        return feed(folder, ids, path), logits_of(model, ids)

    scale = np.float32(0.03125)
    one = {name: array * scale for name, array in elements.items()}
    first = None
    for name, kind in (("TQ1_0", KINDS.TQ1_0), ("TQ2_0", KINDS.TQ2_0), ("I2_S", I2_S)):
        got, wanted = run(kind, one, scale)
        near(f"bitnet, GGUF {name}", got, wanted, MOST)
        first = got if first is None else first
        equal(f"bitnet, GGUF {name} and TQ1_0", got, first)
    # The same from transformers' packed form; it divides by its scale.
    packed = {name: torch.from_numpy(plain[name]) for name in plain if name not in linear}
    for name in linear:
        packed[name] = pack_weights(torch.from_numpy(elements[name].copy()))
        packed[name + "_scale"] = torch.tensor([1 / scale])
    other = os.path.join(folder, "packed")
    os.mkdir(other)
    save_file(packed, os.path.join(other, "model.safetensors"))
    config["quantization_config"] = {**quantization, "linear_class": "bitlinear"}
    with open(os.path.join(other, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
    equal("bitnet, packed safetensors and GGUF", feed(other, ids), first)

    # A scale of its own for each 256 elements of a row.
    many = {}
    for name, array in elements.items():
        scales = 2.0 ** rng.integers(-6, -3, (array.shape[0], array.shape[1] // 256))
        many[name] = array * np.repeat(scales, 256, axis=1).astype(np.float32)
    for kind in (KINDS.TQ1_0, KINDS.TQ2_0):
        got, wanted = run(kind, many)
        near(f"bitnet, GGUF {kind.name}, groups", got, wanted, MOST)


for test in (saved, floats_in_gguf, ternary_in_gguf):
    with tempfile.TemporaryDirectory() as temporary:
        test(temporary)
print(f"{compared} comparisons")
sys.exit(compared < 25)
