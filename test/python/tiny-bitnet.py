"""docs/examples/tiny-bitnet: what is shipped is what its scripts make of it.

The shipped checkpoint has the loss in onebit that it has in torch, writes in words of
the text that it learned, and is priced. Training is run for a few steps here; with
--full, from nothing to the checkpoint, and what comes out is checked like the shipped
one.
"""
# REQUIRES: onebit-python, safetensors, torch, transformers
# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir %binary_dir

import json
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

SOURCE, BINARY = Path(sys.argv[1]), Path(sys.argv[2])
FULL = "--full" in sys.argv
sys.path.insert(0, str(SOURCE / "docs/examples/tiny-bitnet"))
import onebit
import run
import stories
import train

TOOLS = BINARY / "bin"
# What one flipped code makes of a logit, and of a loss, over hundreds of characters.
FLIPPED, LOGITS, LOSS = 0.01, 2e-2, 2e-4


def words(text):
    return re.findall(r"[A-Za-z]+", text)


def check_equal(folder, tested):
    """Torch and onebit agree on text that was not learned from."""
    result = run.compare(folder, TOOLS, tested)
    print({key: value for key, value in result.items() if np.isscalar(value)})
    assert result["codes"] > 2000 * tested
    assert result["changed"] <= FLIPPED * result["codes"] and result["by"] <= 2, result
    assert result["off"] < LOGITS, result["off"]
    assert abs(result["torch"] - result["onebit"]) < LOSS, result
    return result["onebit"]


def check_shipped(folder):
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["characters.json", "config.json", "model.safetensors"], files
    assert (folder / "model.safetensors").stat().st_size < 300_000
    # The text's entropy is about a third of this of characters drawn by their frequency.
    assert check_equal(folder, 384) < 0.5

    compiled = onebit.compile(folder)
    characters = json.loads((folder / "characters.json").read_text())
    known = set(words(stories.text(300_000, train.LEARNED)))
    for prompt in ("Ida the cat lived", "Tom the hare lived behind the mill"):
        text = run.write(compiled, characters, prompt)
        written = words(text)
        strange = [word for word in written if word not in known]
        assert len(written) > 40 and len(set(written)) > 25, text
        assert len(strange) <= 0.03 * len(written), (strange, text)
        assert len(re.findall(r'[.?!]"? ', text)) >= 4, text
        print(text)

    # What a layer has, by its config: 4 x 128 x (128 + 64) and 3 x 128 x 384.
    report = onebit.report(folder, context=512, array="32x32")
    layers, hidden, kv, ffn = 4, 128, 64, 384
    free = layers * (2 * hidden * hidden + 2 * hidden * kv + 3 * hidden * ffn)
    assert report.classes["matmul_free"]["macs"] == free, report.classes
    attention = layers * 2 * hidden * 512
    assert report.classes["attention"]["macs"] == attention, report.classes


def check_training(folder):
    """Few steps: the loss falls, and what is saved runs."""
    train.BATCH, train.WINDOW = 2, 96
    model, characters, losses = train.train(24, say=lambda *text, **options: None)
    print(f"loss in training: {losses[0]:.3f}, {losses[-1]:.3f}")
    assert abs(losses[0] - np.log(len(characters))) < 0.3, losses
    assert np.mean(losses[-4:]) < losses[0] - 0.5, losses
    train.save(model, characters, folder)
    compiled = onebit.compile(folder)
    # The model that was trained, not the saved one.
    ids = [characters.index(c) for c in stories.text(100, train.TESTED)[:96]]
    wanted = model(train.torch.tensor([ids])).logits[0].detach().numpy()
    got = np.stack([compiled.feed(token) for token in ids])
    assert abs(run.cross_entropy(got, ids) - run.cross_entropy(wanted, ids)) < LOSS


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if FULL:
            model, characters, _ = train.train(train.STEPS)
            train.save(model, characters, folder)
            check_shipped(folder)
        else:
            check_shipped(SOURCE / "docs/examples/tiny-bitnet/model")
            check_training(folder)
