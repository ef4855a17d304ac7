#!/usr/bin/env python3
"""Compiles the model, compares it with transformers, prices it and lets it write.

    run.py [--model=FOLDER] [--array=ARRAY] [--prompt=TEXT] [--tested=N]
"""
import argparse
import copy
import json
import textwrap
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from transformers import BitNetConfig, BitNetForCausalLM, BitNetQuantConfig
from transformers.integrations.bitnet import replace_with_bitnet_linear

import observe
import onebit
import stories
import train

# Beside the package in the build tree.
TOOLS = Path(onebit.__file__).parents[2] / "bin"


def load(folder):
    """The model of transformers, its projections BitLinear, and its characters."""
    config = BitNetConfig.from_pretrained(folder)
    linear_class = config.quantization_config["linear_class"]
    model = BitNetForCausalLM(config).float()
    model = replace_with_bitnet_linear(
        model, ["lm_head"], quantization_config=BitNetQuantConfig(linear_class=linear_class)
    )
    model.load_state_dict(load_file(folder / "model.safetensors"), strict=False, assign=True)
    model.tie_weights()
    return model.eval(), json.loads((folder / "characters.json").read_text())


def cross_entropy(logits, ids):
    """In nats a character, in double precision."""
    logits = np.asarray(logits[:-1], np.float64)
    logits = logits - logits.max(axis=-1, keepdims=True)
    chosen = logits[np.arange(len(ids) - 1), ids[1:]]
    return float((np.log(np.exp(logits).sum(axis=-1)) - chosen).mean())


def in_double(model):
    """The same model, its sums in double precision."""
    model = copy.deepcopy(model).double()
    for module in model.modules():
        if type(module).__name__ == "BitLinear":
            module.dtype = torch.float64
    return model


def relative(ours, theirs):
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max()) if len(ours) else 0.0


def compare(folder, compiled, tools, tested):
    """Of stories that were not learned from: losses of torch, of torch in double
    precision and of onebit; shares of codes that differ from torch's; and by how much
    logits do, relative to the largest, before the first code differs and after."""
    model, characters = load(folder)
    double = in_double(model)
    observed = observe.Observed(folder, tools, model.config.max_position_embeddings)
    text = stories.text(tested, train.TESTED)[:tested]
    rows = []
    for at in range(0, tested, train.WINDOW):
        ids = [characters.index(c) for c in text[at : at + train.WINDOW]]
        theirs, their_codes = observe.reference(model, ids)
        exact, exact_codes = observe.reference(double, ids)
        compiled.reset()
        ours = np.stack([compiled.feed(token) for token in ids])
        seen, codes = observed(ids)
        # What is observed is what runs.
        assert np.array_equal(seen, ours)
        same = observe.agree(codes, their_codes)
        changed, count, by = observe.flips(codes, their_codes)
        rows.append({
            "torch": cross_entropy(theirs, ids), "double": cross_entropy(exact, ids),
            "onebit": cross_entropy(ours, ids), "codes": count, "changed": changed, "by": by,
            "changed in double": observe.flips({name: exact_codes[name] for name in codes}, their_codes)[0],
            "same": same, "off before": relative(ours[:same], theirs[:same]), "off": relative(ours, theirs),
        })  # fmt: skip
    sums = {key: sum(row[key] for row in rows) for key in ("codes", "changed", "changed in double", "same")}
    means = {key: float(np.mean([row[key] for row in rows])) for key in ("torch", "double", "onebit")}
    return {**sums, **means, **{key: max(row[key] for row in rows) for key in ("by", "off before", "off")}}


def write(compiled, characters, prompt, most=500):
    """The prompt and what follows, up to the end of the story."""
    ids = [characters.index(c) for c in prompt]
    room = min(most, compiled.context - len(ids) + 1)
    text = prompt + "".join(characters[i] for i in compiled.generate(ids, room))
    return text.partition("\n\n")[0]


def main(arguments=None):
    """Returns what compare() found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=train.HERE / "model")
    parser.add_argument("--array", default="32x32")
    parser.add_argument("--prompt", default="Ida the cat lived under the old oak")
    parser.add_argument("--tested", type=int, default=384, help="characters that the loss is taken over")
    options = parser.parse_args(arguments)

    compiled = onebit.compile(options.model)
    result = compare(options.model, compiled, TOOLS, options.tested)
    share = {key: f"{result[key] / result['codes']:.2%}" for key in ("changed", "changed in double")}
    print(f"loss of torch             {result['torch']:.4f} nats a character, of stories that it has not seen")
    print(f"loss of onebit            {result['onebit']:.4f}")
    print(f"loss of torch in double   {result['double']:.4f}")
    print(f"logits differ from torch  by {result['off before']:.0e} of the largest, as long as all codes agree")
    print(f"int8 codes that differ    {share['changed']} of {result['codes']:,}, by {result['by']} at most;")
    print(f"  torch in double         {share['changed in double']}")

    report = onebit.report(options.model, context=512, array=options.array)
    free = report.matmul_free_fraction["model"]
    print(f"array of {options.array}, one character at a context of 512: {report.total['cycles']:,} cycles,")
    print(f"MatMul-free {free['cycles']:.2%} of them and {free['macs']:.2%} of the multiply-accumulates")

    characters = json.loads((options.model / "characters.json").read_text())
    print("\n" + textwrap.fill(write(compiled, characters, options.prompt), 88))
    return result


if __name__ == "__main__":
    main()
