# Modules as bytecode are read wherever Python keeps their bytes, and errors of either
# extension are onebit.Error.
#
# REQUIRES: onebit-python, torch, transformers
# RUN: %python %s %binary_dir

import os
import subprocess
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(sys.argv[1], "python"))
warnings.filterwarnings("ignore")

import torch
import transformers

import onebit

TOOLS = os.path.join(sys.argv[1], "bin")


def fails(function, *arguments):
    try:
        function(*arguments)
    except onebit.Error:
        return
    sys.exit(f"{function} raised no onebit.Error")


fails(onebit.load, "module {")
torch.manual_seed(3)
config = transformers.AutoConfig.for_model(
    "llama", hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4, vocab_size=31,
    max_position_embeddings=16, bos_token_id=1, eos_token_id=None)  # fmt: skip
with tempfile.TemporaryDirectory() as folder:
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    wanted = onebit.compile(folder).generate([1, 2, 3], 5)
    module, text = os.path.join(folder, "model.mlirbc"), os.path.join(folder, "model.mlir")
    subprocess.run([f"{TOOLS}/onebit-translate", "--import-hf-config", f"{folder}/config.json", "-o", text], check=True)
    subprocess.run([f"{TOOLS}/onebit-opt", text, f"--onebit-load-weights=path={folder}", "--emit-bytecode",
                    "-o", module], check=True)  # fmt: skip
    with open(module, "rb") as file:
        read = file.read()
    # Of objects of many sizes before it, so that it lies at another address.
    keep = []
    for size in range(0, 1024, 64):
        keep.append(bytes(size + 1))
        for source in (read[:1] + read[1:], module):
            assert onebit.compile(source).generate([1, 2, 3], 5) == wanted
    assert onebit.report(onebit.load(module)).total["macs"] > 0
fails(onebit.load, "module {")
fails(onebit.compile, b"module {")
fails(onebit.report, b"module {")
print("bytecode and errors are as they should")
