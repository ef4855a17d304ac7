#!/usr/bin/env python3
"""Trains a BitNet b1.58 of characters and saves it as transformers does.

The model is BitNetForCausalLM of transformers, its linear layers AutoBitLinear, which
quantize weights to -1, 0 and 1 and activations to 8 bits each time they run and pass
gradients straight through. What is saved has the packed weights of BitLinear: two bits
a weight and one scale a projection, ready to be served.

    train.py [--steps=N] [--output=FOLDER]

Seeded: the same numbers on the same machine, with the same torch.
"""
import argparse
import json
import math
import os
import time
from pathlib import Path

# Threads that wait must not keep others from the two cores. Read when torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from safetensors.torch import save_file
from transformers import BitNetConfig, BitNetForCausalLM, BitNetQuantConfig
from transformers.integrations.bitnet import pack_weights, replace_with_bitnet_linear

import stories

HERE = Path(__file__).resolve().parent
WINDOW, BATCH, STEPS, RATE, WARMUP = 384, 4, 700, 4e-3, 20
# What is tested on is other stories than what is learned from.
LEARNED, TESTED = 1, 2
SIZES = {"hidden_size": 128, "intermediate_size": 384, "num_hidden_layers": 4, "num_attention_heads": 4,
         "num_key_value_heads": 2, "max_position_embeddings": 512, "tie_word_embeddings": True,
         "bos_token_id": None, "eos_token_id": None, "pad_token_id": None}  # fmt: skip

# transformers compiles parts of the quantization otherwise, which takes longer than this.
torch._dynamo.config.disable = True
# Gradients through 8-bit activations are denormal in places, and three times as slow then.
torch.set_flush_denormal(True)


def build(characters):
    """The model to train, with random weights."""
    config = BitNetConfig(vocab_size=len(characters), **SIZES)
    model = BitNetForCausalLM(config).float()
    return online(model)


def online(model):
    """Its projections as AutoBitLinear that quantizes as it runs, weights kept."""
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    quantization = BitNetQuantConfig(linear_class="autobitlinear", quantization_mode="online")
    model = replace_with_bitnet_linear(model, ["lm_head"], quantization_config=quantization)
    # They are on the meta device, without values.
    model.load_state_dict(weights, assign=True)
    model.requires_grad_(True)
    model.tie_weights()
    return model


def trits(weight):
    """-1, 0 and 1, and the number that divides a product by them: WeightQuant of
    transformers."""
    scale = 1.0 / weight.abs().mean().clamp_(min=1e-5)
    return (weight * scale).round().clamp(-1, 1), scale


def save(model, characters, folder):
    folder.mkdir(parents=True, exist_ok=True)
    state = {}
    for name, tensor in model.state_dict().items():
        if name.endswith("_proj.weight"):
            elements, scale = trits(tensor)
            state[name] = pack_weights(elements)
            state[name + "_scale"] = scale.reshape(1)
        elif name != "lm_head.weight":
            state[name] = tensor.clone()
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads(model.config.to_json_string())
    config["quantization_config"] = {"quant_method": "bitnet", "linear_class": "bitlinear"}
    config["architectures"] = ["BitNetForCausalLM"]
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "characters.json").write_text(json.dumps("".join(characters)) + "\n")


def train(steps, say=print):
    """The model, its characters, and its loss in every step."""
    torch.manual_seed(0)
    text = stories.text(300_000, LEARNED)
    characters = sorted(set(text))
    ids = torch.tensor([characters.index(c) for c in text])
    model = build(characters).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    losses, start = [], time.monotonic()
    for step in range(steps):
        warm = min(1.0, (step + 1) / WARMUP)
        for group in optimizer.param_groups:
            group["lr"] = RATE * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        starts = torch.randint(len(ids) - WINDOW - 1, (BATCH,))
        batch = torch.stack([ids[at : at + WINDOW + 1] for at in starts])
        logits = model(batch[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % 50 == 49 or step == steps - 1:
            say(f"step {step + 1:4}  loss {losses[-1]:.3f}  {time.monotonic() - start:5.0f} s", flush=True)
    return model.eval(), characters, losses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--output", type=Path, default=HERE / "model")
    options = parser.parse_args()
    model, characters, _ = train(options.steps)
    save(model, characters, options.output)
    size = sum(tensor.numel() for tensor in model.parameters())
    print(f"{size:,} parameters in {options.output}")


if __name__ == "__main__":
    main()
