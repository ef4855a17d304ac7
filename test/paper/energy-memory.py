# RUN: %python %s %binary_dir/bin %source_dir %t
"""Arithmetic never stands without DRAM: 71 times less becomes 8 times less.

The linears of OPT-6.7B, one token at 7 nm, weights of 16 bits against ternary ones of 2.
Both prices come out of compiled models; the numbers are docs/energy.md's, which are
weights times published energies.
"""
import json
import subprocess
import sys
from pathlib import Path

BIN, SOURCE, TEMP = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
TEMP.mkdir(parents=True, exist_ok=True)
EVERY_ROLE = "q,k,v,qkv,o,gate,up,gate_up,down,router,lm_head,other"
# 32 layers of 12 x 4096^2 weights; femtojoules of an fp16 multiply-accumulate and of an int8
# addition (BitNet, Table 2), and of 64 bits from DRAM (TPUv4i, Table 2).
WEIGHTS = 32 * 12 * 4096**2
FP16, INT8, DRAM = 340 + 160, 7, 1300000

array = TEMP / "array.json"
array.write_text(json.dumps({"name": "a", "rows": 256, "columns": 256,
                             "bits": {"weight": 2, "dense_weight": 16}}))
imported = subprocess.run(
    [BIN / "onebit-translate", "--import-hf-config", SOURCE / "docs/examples/paper/opt-6.7b.json",
     "--context=128", "--emit-bytecode"], capture_output=True, check=True).stdout


def price(options):
    """Femtojoules of the layers' projections: arithmetic, DRAM of all, DRAM of weights."""
    out = subprocess.run(
        [BIN / "onebit-opt", "-", "--report=json",
         f"--lower-to-systolic=array={array} cost-model=onebit energy=7nm {options}"],
        input=imported, capture_output=True, check=True).stdout
    kernels = [k for k in json.loads(out)["kernels"]
               if "layer" in k and k["class"] != "attention"]
    assert len(kernels) == 32 * 6, len(kernels)
    bits = sum(k["dram_filter_bits"] for k in kernels)
    assert bits * DRAM % 64 == 0
    return (sum(k["energy_arithmetic_int8_fj"] for k in kernels),
            sum(k["energy_dram_fj"] for k in kernels), bits * DRAM // 64)


half, ternary = price(f"full-precision={EVERY_ROLE}"), price("")
assert half[0] == WEIGHTS * FP16 and ternary[0] == WEIGHTS * INT8, (half, ternary)
assert half[2] == WEIGHTS * 16 * DRAM // 64 and ternary[2] == WEIGHTS * 2 * DRAM // 64


def millijoules(fj, digits):
    return f"{fj / 1e12:.{digits}f}"


# As docs/energy.md prints them. Activations and results add little to the weights.
assert (millijoules(half[0], 1), millijoules(ternary[0], 3)) == ("3.2", "0.045")
assert (millijoules(half[1], 0), millijoules(ternary[1], 0)) == ("2094", "262"), (half, ternary)
assert round(half[0] / ternary[0]) == 71
assert round(half[1] / ternary[1]) == 8
# And with the memory in it, the whole is 8 times less, not 71.
assert round((half[0] + half[1]) / (ternary[0] + ternary[1])) == 8
text = (SOURCE / "docs/energy.md").read_text()
for number in ("3.2 mJ", "0.045 mJ", "2094 mJ", "262 mJ"):
    assert number in text.replace("\n", " "), number
