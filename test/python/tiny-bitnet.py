"""docs/examples/tiny-bitnet: what is shipped is what its scripts make of it.

The shipped checkpoint has the loss in onebit that it has in torch, writes in words of
the text that it learned, and is priced. Training is run for a few steps here; with
--full, from nothing to the checkpoint, and what comes out is checked like the shipped
one.
"""
# REQUIRES: onebit-python, safetensors, torch, transformers
# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir %binary_dir

import contextlib
import io
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

run.TOOLS = BINARY / "bin"
# Relative to the largest logit: float32 in another order of sums, before any code of an
# activation has flipped; and after, when each flip makes others. Torch against itself in
# double precision flips as many.
ROUNDING, LOGITS, LOSS, FLIPPED = 1e-6, 0.1, 3e-4, 0.03


def words(text):
    return re.findall(r"[A-Za-z]+", text)


def check_equal(folder):
    """Torch and onebit agree on text that was not learned from. Returns what is printed
    of it, and the loss."""
    printed = io.StringIO()
    tested = 384
    with contextlib.redirect_stdout(printed):
        result = run.main([f"--model={folder}", f"--tested={tested}"])
    print(result)
    # 7 projections in 4 layers, of which those of the same input share its codes.
    assert result["codes"] == 4 * (3 * 128 + 384) * tested
    assert result["same"] > 0 and result["off before"] < ROUNDING, result
    assert result["changed"] <= FLIPPED * result["codes"], result
    assert result["changed"] <= 5 * result["changed in double"] + 100, result
    assert result["off"] < LOGITS and abs(result["torch"] - result["onebit"]) < LOSS, result
    return printed.getvalue(), result["onebit"]


def check_shipped(folder):
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["characters.json", "config.json", "model.safetensors"], files
    assert (folder / "model.safetensors").stat().st_size < 300_000
    printed, loss = check_equal(folder)
    # Characters drawn by their frequency have 2.9.
    assert loss < 0.15, loss

    compiled = onebit.compile(folder)
    characters = json.loads((folder / "characters.json").read_text())
    known = set(words(stories.text(300_000, train.LEARNED)))
    for prompt in ("Rosa the hen lived on top of the hill", "Max the mole lived behind the mill with his mother. One evening he"):
        text = run.write(compiled, characters, prompt)
        written = words(text)
        strange = [word for word in written if word not in known]
        assert len(written) > 40 and len(set(written)) > 25, text
        assert len(strange) <= 0.03 * len(written), (strange, text)
        assert len(re.findall(r'[.?!]"? ', text)) >= 4, text
        print(text)

    for page in () if FULL else ("README.md", "docs/examples/tiny-bitnet/README.md"):
        check_page(SOURCE / page, printed)

    # What a layer has, by its config: 4 x 128 x (128 + 64) and 3 x 128 x 384.
    report = onebit.report(folder, context=512, array="32x32")
    layers, hidden, kv, ffn = 4, 128, 64, 384
    free = layers * (2 * hidden * hidden + 2 * hidden * kv + 3 * hidden * ffn)
    assert report.classes["matmul_free"]["macs"] == free, report.classes
    attention = layers * 2 * hidden * 512
    assert report.classes["attention"]["macs"] == attention, report.classes


def check_page(page, printed):
    """What a page shows of run.py is what it prints, but for the last digits of sums of
    floats."""
    command = "$ build/venv/bin/python docs/examples/tiny-bitnet/run.py\n"
    shown = re.search(re.escape(command) + r"(.*?)```", page.read_text(), re.S)[1]
    same = lambda text: re.sub(r"\d*\.\d+%?|\de-\d+|by \d at most", "#", text)
    assert same(shown) == same(printed), f"{page} shows\n{shown}\nand this is printed\n{printed}"


def check_training(folder):
    """Few steps: the loss falls, and what is saved runs."""
    train.BATCH, train.WINDOW = 2, 96
    train.torch.set_num_threads(1)
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
