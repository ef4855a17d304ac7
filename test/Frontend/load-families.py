# Every family, saved by transformers in one file and in shards: each weight that
# the imported module names is found, and has the numbers of the model.
#
# REQUIRES: numpy, safetensors, torch, transformers
# RUN: %python %s %binary_dir/bin

import os
import subprocess
import sys
import tempfile

import numpy as np

for folder in ("Inputs", "../Execution"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), folder))
from imported import MODELS, reference_model
from safetensors.torch import load_file, save_file
from weights import parse, run

BIN = sys.argv[1]
compared = 0
for name, (family, fields) in MODELS.items():
    config, model = reference_model(family, fields)
    state = model.state_dict()
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(os.path.join(folder, "whole"))
        model.save_pretrained(os.path.join(folder, "shards"), max_shard_size="4KB")
        assert len(os.listdir(os.path.join(folder, "shards"))) > 4
        # Hubs have models of which only the inner one was saved.
        whole = load_file(os.path.join(folder, "whole", "model.safetensors"))
        inner = os.path.join(folder, "inner.safetensors")
        save_file({key.removeprefix(model.base_model_prefix + "."): t for key, t in whole.items()}, inner)
        text = subprocess.run(
            [os.path.join(BIN, "onebit-translate"), "--import-hf-config",
             os.path.join(folder, "whole", "config.json"), "--context=4"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for path in (os.path.join(folder, "whole"), os.path.join(folder, "shards"), inner):
            out, error = run(os.path.join(BIN, "onebit-opt"), text, f"--onebit-load-weights=path={path}")
            assert out, (name, error)
            floats, ternary = parse(out)
            assert out.count("decoder.weight") >= len(floats) > 0 and not ternary
            assert out.count("= dense_resource<") == out.count('decoder.weight "'), name
            for key, value in floats.items():
                assert np.array_equal(value, state[key].numpy()), (name, key)
                compared += 1
print(f"{compared} weights compared")
sys.exit(compared < 1000)
