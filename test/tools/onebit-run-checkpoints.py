# Folders and files of weights go in as they are; what is wrong with them is said
# by name.
#
# REQUIRES: numpy
# RUN: %python %s %source_dir %binary_dir

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "test", "tools", "Inputs"))
sys.dont_write_bytecode = True

import numpy as np
from model_folder import CONFIG, make_weights, write_folder, write_safetensors

TOOLS = os.path.join(sys.argv[2], "bin")
TOKENS = ["--tokens=5,17,96,3,44,8,29", "--generate=8"]
UP = "model.layers.1.mlp.up_proj.weight"
errors = []


def run(*arguments, stdin=None):
    done = subprocess.run([f"{TOOLS}/onebit-run", *arguments], input=stdin, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def generated(*arguments, stdin=None):
    code, out, err = run(*arguments, stdin=stdin)
    if code:
        sys.exit(f"{arguments}: {err}")
    return out


def refused(text, *arguments):
    code, out, err = run(*arguments)
    if code != 1 or out or text not in err:
        errors.append(f"{arguments}: expected '{text}', got {code}, {out!r}, {err!r}")


def expect(condition, what):
    if not condition:
        errors.append(what)


with tempfile.TemporaryDirectory() as top:
    weights = make_weights(sys.argv[2], CONFIG)
    folder, file = f"{top}/model", f"{top}/other.safetensors"
    write_folder(folder, CONFIG, weights)
    tokens = generated(folder, *TOKENS)
    expect(len(set(tokens.split())) > 3, f"tokens {tokens}")

    # The same model by other ways.
    expect(generated(f"{folder}/config.json", *TOKENS) == tokens, "by its config.json")
    write_safetensors(file, weights)
    os.rename(f"{folder}/model.safetensors", f"{top}/moved.safetensors")
    refused("model: has neither model.safetensors nor model.safetensors.index.json", folder, *TOKENS)
    expect(generated(folder, f"--weights={file}", *TOKENS) == tokens, "with --weights")
    os.rename(f"{top}/moved.safetensors", f"{folder}/model.safetensors")
    for extra in (["--threads=2"], ["--threads=3"], ["--prefill-tokens=3"],
                  ["--prefill-tokens=7", "--threads=2"], ["--context=14"]):  # fmt: skip
        expect(generated(folder, *extra, *TOKENS) == tokens, f"with {extra}")
    for kernel in ("portable", "avx2-add", "avx2-multiply-add", "avx512-add",
                   "avx512-multiply-add"):  # fmt: skip
        code, out, err = run(folder, f"--kernel={kernel}", *TOKENS)
        lacks = f"--kernel: this machine has no instructions for the kernel '{kernel}'"
        expect(out == tokens or (kernel != "portable" and lacks in err), f"{kernel}: {out}{err}")
    refused("--kernel: there is no kernel 'fast': expected one of portable, avx2-add, ",
            folder, "--kernel=fast", *TOKENS)  # fmt: skip
    # MLIR says itself whether its products are 1-bit: this is what the folder does.
    model = subprocess.run(
        [f"{TOOLS}/onebit-translate", "--import-hf-config", f"{folder}/config.json"],
        check=True, capture_output=True).stdout  # fmt: skip
    quantized = subprocess.run(
        [f"{TOOLS}/onebit-opt", "--onebit-quantize-projections=scheme=b1.58-released"],
        input=model, check=True, capture_output=True).stdout  # fmt: skip
    expect(generated("-", f"--weights={folder}", *TOKENS, stdin=quantized) == tokens, "MLIR")
    expect(generated("-", f"--weights={file}", *TOKENS, stdin=model) != tokens, "floats")
    # A prompt, and what is behind it.
    refused("error: token 97 is outside the vocabulary of 97", folder, "--tokens=97")
    refused("error: token -1 is outside the vocabulary of 97", folder, "--tokens=-1")
    refused("a prompt of 7 and 8 new tokens do not fit into caches of 13, of which 0 are taken",
            folder, "--context=13", *TOKENS)  # fmt: skip
    refused("give the model a longer context (--context=N; in Python context=N)", folder, "--context=13", *TOKENS)
    refused("a prompt of 7 and 35 new tokens do not fit into caches of 40",
            folder, "--tokens=5,17,96,3,44,8,29", "--generate=35")  # fmt: skip
    refused("the tokens of a prefill must be from 1 to 40, which the shortest cache holds, found 41",
            folder, "--prefill-tokens=41", *TOKENS)  # fmt: skip
    refused("the tokens of a prefill must be from 1 to 40, which the shortest cache holds, found 0",
            folder, "--prefill-tokens=0", *TOKENS)  # fmt: skip

    # Weights.
    for text, change in (
        (f'"{UP}" is not in ', {UP: None}),
        (f'"{UP}" is \'{UP}\' in ', {UP: weights[UP][:, :47]}),
        ("which has shape [140, 47], expected [140, 48]", {UP: weights[UP][:, :47]}),
        ("which is of type I32, which 'f32' does not hold as it is",
         {UP: ("I32", weights[UP].view(np.int32))}),
        ("which is of type F8_E4M3, which 'f32' does not hold as it is",
         {UP: ("F8_E4M3", np.zeros(weights[UP].shape, np.uint8))}),
        (f"weight '{UP}' cannot be quantized: ", {UP: np.full_like(weights[UP], np.inf)}),
    ):  # fmt: skip
        changed = {n: v for n, v in {**weights, **change}.items() if v is not None}
        write_safetensors(file, changed)
        refused(text, folder, f"--weights={file}", *TOKENS)
    refused("absent.safetensors: cannot be opened: ", folder, f"--weights={top}/absent.safetensors", *TOKENS)
    with open(file, "wb") as broken:
        broken.write(b"\xff" * 20)
    refused("other.safetensors", folder, f"--weights={file}", *TOKENS)

    for begin, name, text in (
        (b"GGUX", "w.gguf", "w.gguf: is no GGUF file: expected it to begin with 'GGUF'"),
        (b"PK\3\4", "w.bin", "w.bin: is a zip archive, as torch.save writes it; expected safetensors"),
    ):
        with open(f"{top}/{name}", "wb") as other:
            other.write(begin)
        refused(f"onebit-run: error: {top}/{text}", folder, f"--weights={top}/{name}", *TOKENS)

    # Numbers that are none: the weight is named, in a model of floats.
    floats = {key: value for key, value in CONFIG.items() if key != "quantization_config"}
    norm = weights["model.norm.weight"].copy()
    norm[5] = np.inf
    for text, change in (
        (f"element 0 of weight '{UP}' is NaN", {UP: np.full_like(weights[UP], np.nan)}),
        ("element 5 of weight 'model.norm.weight' is infinite", {"model.norm.weight": norm}),
        ("though all weights are: a sum became too large",
         {n: np.full_like(weights[n], 3e38) for n in ("lm_head.weight", "model.norm.weight")}),
    ):  # fmt: skip
        write_folder(f"{top}/floats", floats, {**weights, **change})
        refused(text, f"{top}/floats", *TOKENS)
    write_folder(f"{top}/floats", floats, weights)
    code, out, err = run(f"{top}/floats", "--context=50", *TOKENS)
    expect(code == 0 and "warning: the context of 50 tokens is beyond the model's limit of 40" in err,
           f"no warning: {err}")
    code, out, err = run(f"{top}/floats", "--context=40", *TOKENS)
    expect(code == 0 and not err, f"warned: {err}")
    code, out, err = run(f"{top}/floats", "--tokens=1", "--generate=0")
    expect((code, out, err) == (0, "", ""), f"no tokens: {out!r}")

    # An error about a weight shows neither the op nor the whole module.
    code, out, err = run("-", f"--weights={top}/absent.gguf", "--tokens=1", stdin=model)
    expect(err == f"onebit-run: error: {top}/absent.gguf: cannot be opened: No such file or directory\n",
           f"more than an error: {err}")
    write_safetensors(file, {n: v for n, v in weights.items() if n != UP})
    code, out, err = run(folder, f"--weights={file}", *TOKENS)
    expect("is not in" in err and "see current operation" not in err, f"with the op: {err}")

    # The command line.
    refused("what is to be done? Expected --tokens=ID,... or --emit-object", folder)
    refused("--threads must be from 1 to 1024, got 0", folder, "--threads=0", *TOKENS)
    refused("--threads must be from 1 to 1024, got 1025", folder, "--threads=1025", *TOKENS)
    refused("--context and --prefill-tokens are for a config.json: MLIR says it itself",
            "-", "--context=9", *TOKENS)  # fmt: skip
    refused("--entry and --prefill are for MLIR: a config.json has one function",
            folder, "--entry=decode", *TOKENS)  # fmt: skip

if errors:
    sys.exit("\n".join(errors))
