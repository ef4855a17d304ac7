# A row of a batch gets what it gets alone: a 1-bit model on three texts at once and on
# each, in both phases, to the last bit. So it is where one of them has a number that is
# none: its own row is NaN, and the others are what they are.
#
# REQUIRES: numpy
# RUN: %python %s %binary_dir/bin

import os
import re
import subprocess
import sys

import numpy as np

import whole
from harness import ROOT

BIN = sys.argv[1]
TINY = os.path.join(ROOT, "docs/examples/tiny-bitnet/model")
TOKENS, EMBEDDING = 6, 128
TEXTS = np.array([[3, 17, 5, 30, 8, 2], [40, 1, 2, 3, 4, 5], [9, 9, 9, 9, 9, 9]])
# A token that only the second text has.
SPOILT = 40


def tool(name, *arguments, text=None):
    done = subprocess.run([os.path.join(BIN, name), *arguments], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def module(phase, batch):
    text = tool("onebit-translate", "--import-hf-config", f"{TINY}/config.json", "--layers=2",
                f"--phase={phase}", f"--context={TOKENS}", f"--batch={batch}")  # fmt: skip
    return tool("onebit-opt", f"--onebit-load-weights=path={TINY}", "--onebit-decompose-blocks",
                "--onebit-quantize-projections=scheme=b1.58-released", text=text)  # fmt: skip


def spoil(text, number):
    """The model with `number` in the embedding of one token."""
    start = re.search(r'model\.embed_tokens\.weight: "0x\w{8}', text).end()
    at = start + 2 * 4 * (SPOILT * EMBEDDING + 7)
    return text[:at] + np.float32(number).tobytes().hex().upper() + text[at + 8 :]


compared = 0
for phase, length in (("prefill", TOKENS), ("decode", 1)):
    together, alone = module(phase, 3), module(phase, 1)
    ids = TEXTS[:, :length]
    wanted = np.concatenate([whole.call(alone, phase, row[None]) for row in ids])
    got = whole.call(together, phase, ids)
    assert got.shape == (3, length, 43) and np.abs(got).max() > 1
    assert got.tobytes() == wanted.tobytes(), phase
    for number in (np.inf, -np.inf, np.nan):
        got = whole.call(spoil(together, number), phase, ids)
        # The head reads the embedding, so that its column is spoilt for all.
        got, sound = np.delete(got, SPOILT, axis=2), np.delete(wanted, SPOILT, axis=2)
        assert got[[0, 2]].tobytes() == sound[[0, 2]].tobytes(), (phase, number)
        assert np.isnan(got[1]).all(), (phase, number)
        compared += 1
print(f"{compared} batches with a number that is none")
sys.exit(compared != 6)
