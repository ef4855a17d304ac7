# Every op of the decoder dialect is run by a case, so is every kind and layout;
# and a wrong number would be seen.
#
# RUN: %python %s %source_dir

import importlib
import os
import re
import sys

import numpy as np

from harness import Case, mismatch, run

room = os.path.join(sys.argv[1], "dialects", "decoder")
here = os.path.dirname(os.path.abspath(__file__))

texts = []
for file in sorted(os.listdir(here)):
    name, extension = os.path.splitext(file)
    # Imported models need more than numpy, and add no op.
    if extension != ".py" or name == "imported":
        continue
    with open(os.path.join(here, file), encoding="utf-8") as source:
        if re.search(r"^def cases\(\)", source.read(), re.MULTILINE):
            texts += [
                case.prelude + case.body for case in importlib.import_module(name).cases()
            ]

with open(os.path.join(room, "DecoderOps.td"), encoding="utf-8") as file:
    ops = re.findall(r'Decoder_Op<"(\w+)"', file.read())
with open(os.path.join(room, "DecoderEnums.td"), encoding="utf-8") as file:
    enums = re.findall(r'Decoder_Enum<"(\w+)"(.*?)\n\]>', file.read(), re.DOTALL)

errors = [] if ops else ["found no op"]
for op in ops:
    if not any(re.search(rf"\bdecoder\.{op}\b", text) for text in texts):
        errors.append(f"no case runs decoder.{op}")

used_by = {
    "NormKind": ["norm"],
    "ActivationKind": ["activation", "gated_activation"],
    "QKVLayout": ["split_qkv"],
}
cases_of = {name: re.findall(r', \d+, "(\w+)">', body) for name, body in enums}
for enum, users in used_by.items():
    for keyword in cases_of[enum]:
        for op in users:
            if not any(re.search(rf"decoder\.{op} {keyword}\b", t) for t in texts):
                errors.append(f"no case runs decoder.{op} {keyword}")

# The comparison itself: right, a little wrong, wrong shape, not a number.
x = np.arange(6, dtype=np.float32).reshape(2, 3)
relu = Case("relu", "%0 = decoder.activation relu %x : tensor<2x3xf32>", {"x": x}, [x])
results = run([relu], relu.passes)[0]
if mismatch(relu, results):
    errors.append(mismatch(relu, results))
for wrong in (x + np.float32(1e-4), x.T.copy(), np.full_like(x, np.nan)):
    if not mismatch(Case("wrong", "", {}, [wrong]), results):
        errors.append(f"took {results[0]} for {wrong}")
    if not mismatch(relu, [wrong]):
        errors.append(f"took {wrong} for {x}")

if errors:
    sys.exit("\n".join(errors))
