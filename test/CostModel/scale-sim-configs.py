# A SCALE-Sim configuration says here what it says to Python's configparser, with
# which SCALE-Sim reads it, or is refused with one error; the example is taken.
#
# RUN: %python %s %source_dir %binary_dir/bin/onebit-opt %t.cfg

import configparser
import random
import re
import subprocess
import sys
from pathlib import Path

source, opt, path = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
PRODUCT = """
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @f(%x: tensor<1x1xf32>, %w: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %0 = decoder.projection role(q) ins(%x, %w : tensor<1x1xf32>, tensor<1x1xf32>) maps [#x, #w, #y] -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
"""
failures = []


def tool(text):
    """The array that the tool reads, or None."""
    Path(path).write_text(text, newline="")
    run = subprocess.run([opt, f"--onebit-tile-to-systolic=array={path}"], input=PRODUCT,
                         capture_output=True, text=True)
    if run.returncode not in (0, 1) or (run.returncode and run.stderr.count("error:") != 1):
        failures.append(f"{text!r}: exit {run.returncode}\n{run.stderr}")
    found = re.search(r"#array = #systolic.array<(.*)>\n", run.stdout)
    return found and found[1]


def peer(text):
    """The same by configparser and the conversions that SCALE-Sim makes."""
    config = configparser.ConfigParser()
    config.read_string(text)
    arch = config["architecture_presets"]
    array = [f'name = "{config["general"]["run_name"]}"', f"rows = {int(arch['ArrayHeight'])}",
             f"columns = {int(arch['ArrayWidth'])}", f"dataflow = {arch['Dataflow']}"]
    array += [f"{m}_kb = {int(arch[f'{m}sramszkB'])}" for m in ("ifmap", "filter", "ofmap")]
    if config["run_presets"]["InterfaceBandwidth"] == "USER":
        words = int(arch["Bandwidth"].split(",")[0])
        read = {m: int(config["layout"][f"{m}SRAMBankBandwidth"]) if config.has_section("layout") else words
                for m in ("ifmap", "filter")}
        array.append(f"scale_sim = <ifmap = {read['ifmap']}, filter = {read['filter']}, ofmap = {words}>")
    return ", ".join(array)


CONFIG = """[general]
run_name = peer
[architecture_presets]
ArrayHeight : 8
ArrayWidth : 16
IfmapSramSzkB = 32
FilterSramSzkB = 64
OfmapSramSzkB : 128
IfmapOffset:    0
Dataflow : os
Bandwidth : 10, 20
MemoryBanks: 1
[layout]
IfmapCustomLayout: False
IfmapSRAMBankBandwidth: 11
FilterSRAMBankBandwidth: 12
[sparsity]
SparsitySupport: false
[run_presets]
InterfaceBandwidth: USER
"""
PIECES = ["[", "]", ":", "=", "#", ";", " ", "\t", "\n", "\r\n", ",", "0", "7", "x", "os", "ws", "CALC",
          "[general]", "[layout]", "ArrayWidth: 3", "-", "."]

rng = random.Random(1)
accepted = refused = 0
example = (source / "docs/examples/scale-sim/user.cfg").read_text()
for i in range(200):
    text = CONFIG if i % 2 else example
    for _ in range(0 if i < 2 else rng.randint(1, 2)):
        lines = text.split("\n")
        what, at = rng.random(), rng.randrange(len(lines))
        if what < 0.2:
            del lines[at]
        elif what < 0.4:
            lines.insert(rng.randrange(len(lines)), lines[at])
        elif what < 0.6:
            lines[at] = rng.choice(["  ", "\t", "# ", "", "; "]) + lines[at].swapcase()
        else:
            column = rng.randint(0, len(lines[at]))
            lines[at] = lines[at][:column] + rng.choice(PIECES) + lines[at][column:]
        text = "\n".join(lines)
    got = tool(text)
    if got is None:
        refused += 1
        if i < 2:
            failures.append("the unchanged file is refused")
        continue
    accepted += 1
    want = peer(text)
    if got != want:
        failures.append(f"{text}\ntool: {got}\npeer: {want}")

print("\n".join(failures))
print(f"{accepted} accepted, {refused} refused, {len(failures)} failures")
sys.exit(bool(failures) or min(accepted, refused) < 30)
