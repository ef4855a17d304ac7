# RUN: %python %s %binary_dir/bin %source_dir %t.json
"""Where a TPU v1 spent its cycles, through the array that ships.

Jouppi et al., "In-Datacenter Performance Analysis of a Tensor Processing Unit",
ISCA 2017, table 3: of the cycles in which MLP0 (table 1: five layers of 4 million
weights, batch 200) keeps the matrix unit, 15.4 % are active, 65.3 % wait for
weights and 19.3 % shift them in. Activations are on the chip there, and here.
"""
import json
import subprocess
import sys
from pathlib import Path

BIN, SOURCE, FILE = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
BATCH, SIDE = 200, 2000
PUBLISHED = {"stream_cycles": 15.4, "stall_filter_cycles": 65.3, "preload_cycles": 19.3}
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)


def run(array, form):
    product = f"Layer,M,N,K,\nmlp0,{BATCH},{SIDE},{SIDE},\n"
    imported = subprocess.run([BIN / "onebit-translate", "--import-scale-sim-topology", "-"],
                              input=product.encode(), capture_output=True, check=True).stdout
    return subprocess.run([BIN / "onebit-opt", "-", f"--report={form}",
                           f"--lower-to-systolic=array={array} cost-model=onebit energy=7nm"],
                          input=imported, capture_output=True, check=True).stdout.decode()


def price(array):
    report = json.loads(run(array, "json"))
    return report, report["kernels"][0]


report, kernel = price("tpu-v1")
cycles = kernel["cycles"]
for key, percent in PUBLISHED.items():
    check(abs(100 * kernel[key] / cycles - percent) <= 2, f"{key}: {kernel[key]} of {cycles}, not {percent} %")
# Nothing but weights uses the channel, and it is hardly ever idle: the first
# tile's shift, then a vector for each row and the way of the last through the
# array, are all that comes after the weights.
memories = report["array"]["memories"]
check([memories[m].get("dram", True) for m in ("ifmap", "filter", "ofmap")] == [False, True, False],
      f"memories of the report: {memories}")
for key in ("dram_ifmap_bits", "dram_ofmap_read_bits", "dram_ofmap_write_bits"):
    check(kernel[key] == 0, f"{key}: {kernel[key]}")
check("ifmap, ofmap on the chip where they fit" in " ".join(run("tpu-v1", "text").split()),
      "the report does not say what is on the chip")
bits = SIDE * SIDE * 8
check(kernel["dram_filter_bits"] == bits, f"bits of the weights: {kernel['dram_filter_bits']}")
channel = -(-bits // report["array"]["dram_bits_per_cycle"])
check(channel <= cycles <= channel + 256 + BATCH + 2 * 256 + 64, f"{cycles} cycles, {channel} of the channel")
# 1300 pJ for 64 bits; a bit of an operand that stays has none.
check(kernel["energy_dram_fj"] == bits * 1300000 // 64, f"energy of DRAM: {kernel['energy_dram_fj']}")

# Over the channel of the weights they would be further from what was published.
array = json.loads((SOURCE / "docs/examples/arrays/tpu-v1.json").read_text())
for memory in array["memories"].values():
    memory.pop("dram", None)
FILE.write_text(json.dumps(array))
report, kernel = price(FILE)
check(kernel["dram_ifmap_bits"] == kernel["dram_ofmap_write_bits"] == BATCH * SIDE * 8,
      "bits of activations over the channel")
check(abs(100 * kernel["stream_cycles"] / kernel["cycles"] - 12.8) < 0.1, "cycles over the channel")

print("\n".join(failures) or "as published")
sys.exit(bool(failures))
