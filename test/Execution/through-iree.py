# The linalg that is run here runs elsewhere, too: IREE compiles and executes the same
# modules. Two decoders against numpy, prefill and step by step; and a 1-bit one, whose
# logits and tokens are those of onebit-run.
#
# REQUIRES: onebit-python, iree, numpy
# RUN: %python %s %binary_dir

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "python"))

import iree.compiler.tools
import iree.runtime
import numpy as np

import model
import onebit
from harness import DECOMPOSE, ROOT

BIN = os.path.join(sys.argv[1], "bin")
TINY = os.path.join(ROOT, "docs/examples/tiny-bitnet/model")
LAYERS, CONTEXT, PROMPT, NEW = 2, 24, [3, 17, 5, 30, 8], 12
# Relative to the largest logit: both sum in float32, each in its order.
TOLERANCE = 2e-5
compared, worst = 0, 0.0


def tool(name, *arguments, text=None):
    done = subprocess.run([os.path.join(BIN, name), *arguments], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def load(linalg):
    """The functions of a module, compiled by IREE."""
    assert not re.search(r"\b(decoder|ternary)\.\w+ ", linalg.replace("decoder.cache", "")), "not lowered"
    # What IREE has no dialect for are marks without a meaning to it.
    linalg = re.sub(r" \{decoder\.\w+\}", "", linalg)
    linalg = re.sub(r"^module attributes \{.*\} \{$", "module {", linalg, flags=re.M)
    program = iree.compiler.tools.compile_str(
        linalg, target_backends=["llvm-cpu"], extra_args=["--iree-llvmcpu-target-cpu=generic"]
    )
    return iree.runtime.load_vm_flatbuffer(program, driver="local-sync")


def call(function, *arguments):
    """Copies: the buffers go when their results do."""
    results = function(*arguments)
    results = results if isinstance(results, (list, tuple)) else [results]
    return [np.array(result.to_host()) for result in results]


def near(name, got, wanted):
    global compared, worst
    compared += 1
    assert got.shape == wanted.shape, (got.shape, wanted.shape)
    error = np.abs(got - wanted).max() / np.abs(wanted).max()
    worst = max(worst, error)
    assert error < TOLERANCE, f"{name}: off by {error:.2g}"


def against_numpy():
    for family in ("llama", "gpt"):
        rng = np.random.default_rng(9)
        weights = model.weights_of(family, rng)
        ids = rng.integers(0, model.VOCABULARY, (model.BATCH, model.TOKENS))
        wanted = model.forward(family, weights, ids)
        text = "".join(
            model.Program(family, weights, tokens, cached).function(name).replace("private ", "")
            for name, tokens, cached in (("prefill", model.TOKENS, False), ("step", 1, True))
        )
        module = load(tool("onebit-opt", *DECOMPOSE, text=text))
        (got,) = call(module.prefill, ids, 0)
        near(f"{family}, prefill", got, wanted)
        caches = [
            np.full((model.BATCH, model.KV_HEADS, model.slots(int(name[-1])), model.SIZE), 1e3, np.float32)
            for name, _ in model.cache_arguments()
        ]
        for t in range(model.TOKENS):
            got, *caches = call(module.step, ids[:, t : t + 1], t, *caches)
            near(f"{family}, step {t}", got, wanted[:, t : t + 1])


def against_onebit():
    text = tool("onebit-translate", "--import-hf-config", f"{TINY}/config.json", f"--layers={LAYERS}",
                f"--context={CONTEXT}")  # fmt: skip
    quantized = tool(
        "onebit-opt", f"--onebit-load-weights=path={TINY}", "--onebit-decompose-blocks",
        "--onebit-quantize-projections=scheme=b1.58-released", text=text,
    )  # fmt: skip
    assert quantized.count("= ternary.matmul ") == 7 * LAYERS
    module = load(
        tool("onebit-opt", "--onebit-convert-ternary-to-linalg", "--onebit-convert-decoder-to-linalg",
             "--canonicalize", "--cse", text=quantized)
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.mlir")
        with open(path, "w", encoding="utf-8") as file:
            file.write(quantized)
        tokens = tool("onebit-run", path, f"--tokens={','.join(map(str, PROMPT))}", f"--generate={NEW}")
        compiled = onebit.compile(path)
    tokens = [int(token) for token in tokens.split()]

    shapes = re.findall(r"tensor<(\S+?)xf32> \{decoder\.cache\}", quantized)
    assert len(shapes) == 2 * LAYERS
    caches = [np.zeros([int(n) for n in shape.split("x")], np.float32) for shape in shapes]
    generated, ids = [], list(PROMPT)
    for position in range(len(PROMPT) + NEW - 1):
        token = np.array([[ids[position]]], np.int64)
        logits, *caches = call(module.decode, token, position, *caches)
        near(f"bitnet, step {position}", logits[0, 0], compiled.feed(ids[position]))
        if position >= len(PROMPT) - 1:
            generated.append(int(logits.argmax()))
            ids.append(generated[-1])
    assert generated == tokens, (generated, tokens)


against_numpy()
against_onebit()
print(f"{compared} outputs of IREE agree, to {worst:.1e}")
sys.exit(compared < 30)
