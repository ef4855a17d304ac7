# RUN: %python %s %binary_dir/bin %t
"""Wrong descriptions of arrays, bandwidths and products: each is refused with one error
that names the file and, where there is one, the line and the field. None crashes.

An expectation is what the error says first, behind the place.
"""
import json
import subprocess
import sys
from pathlib import Path

BIN, OUT = Path(sys.argv[1]), Path(sys.argv[2])
OUT.mkdir(exist_ok=True)
failures, ran = [], 0


def check(name, command, expected, text=None):
    global ran
    ran += 1
    run = subprocess.run(command, input=text, capture_output=True, text=True, errors="replace",
                         timeout=60)
    errors = [line.split("error: ", 1)[1] for line in run.stderr.splitlines() if "error: " in line]
    if run.returncode != 1 or len(errors) != 1 or not (
            errors[0].startswith(expected) or expected in run.stderr.splitlines()[0]):
        failures.append(f"{name}: exit {run.returncode}\n  {run.stderr[:300]}\n  want {expected}")


def write(name, content):
    path = OUT / name
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


HEADER = "Layer,M,N,K,\n"
product = write("product.csv", HEADER + "a,6,5,7,\n")
module = subprocess.run([BIN / "onebit-translate", "--import-scale-sim-topology", product],
                        capture_output=True, text=True, check=True).stdout


def array(content, expected, kind="json"):
    path = write(f"array.{kind}", content)
    check(f"array {str(content)[:80]}",
          [BIN / "onebit-opt", f"--lower-to-systolic=array={path} cost-model=scale-sim-v3"],
          f"{path}{expected}", module)


SIDES = {"rows": 4, "columns": 4}
SIZE = " must be an integer from 1 to 1073741824"
SIDE = " must be an integer from 1 to 65536, found "

# Array files that are no array files.
array("", ": is empty")
array(" \n", ": is empty")
array("[]", ": must be an object, found a list")
array("null", ": must be an object, found null")
array('{"rows":4,"columns":4} x', ":1: is not JSON")
array('{"rows":4, // four\n"columns":4}', ":1: is not JSON")
array(b'{"rows":4,"columns":4,"name":"\xff"}', ":1: is not JSON: Invalid UTF-8")
array(b'\xef\xbb\xbf{"rows":4,"columns":4}', ":1: is not JSON")
array("[" * 100000, ": nests deeper than 32 levels")

# Sides.
array({"columns": 4}, ": 'rows'" + SIDE + "nothing")
for value, found in ((0, "0"), (-4, "-4"), (4.5, "4.5"), ("4", '"4"'), (True, "true"),
                     (65537, "65537"), (10**20, "1e+20")):
    array({**SIDES, "rows": value}, ":1: 'rows'" + SIDE + found)

# Bandwidths and sizes.
for value in (0, -5, 0.5, 1e-7, 1e300, 2**63, "fast", []):
    array({**SIDES, "dram_bits_per_cycle": value}, ":1: 'dram_bits_per_cycle'" + SIZE)
    array({**SIDES, "memories": {"filter": {"kb": value}}}, ":1: 'memories.filter.kb'" + SIZE)
    array({**SIDES, "memories": {"ofmap": {"port_bits_per_cycle": value}}},
          ":1: 'memories.ofmap.port_bits_per_cycle'" + SIZE)
for value in (0, None, "no"):
    array({**SIDES, "memories": {"ifmap": {"dram": value}}},
          ":1: 'memories.ifmap.dram' must be true (over the channel) or false (on the chip)")
for value in (0, -1, 1e308, "700"):
    array({**SIDES, "clock_mhz": value}, ":1: 'clock_mhz' must be a number of MHz from 0.001")
array('{"rows":4,"columns":4,"clock_mhz":1e400}', ":1: 'clock_mhz' must be a number of MHz")
array({**SIDES, "vector_lanes": -1}, ":1: 'vector_lanes' must be an integer from 0")

# Keys and words.
array({**SIDES, "row": 4}, ":1: unknown field 'row'")
array({**SIDES, "memories": {"weights": {"kb": 1}}}, ":1: unknown field 'memories.weights'")
array({**SIDES, "overlap": {"fill": True}}, ":1: unknown field 'overlap.fill'")
array('{"rows":4,"columns":4,\n"rows":5}', ":2: field 'rows' occurs twice")
array('{"rows":4,"columns":4,"memories":{"ifmap":{"kb":1},"ifmap":{"kb":2}}}',
      ":1: field 'memories.ifmap' occurs twice")
array({**SIDES, "memories": [1]}, ":1: 'memories' must be an object, found a list")
for key, value in (("dataflow", "OS"), ("dataflow", "rs"), ("idle_lanes", "sometimes"), ("name", "")):
    array({**SIDES, key: value}, f":1: '{key}' must be ")

# Formats; the last two contradict themselves.
for value in (0, 3, 1.58, 32):
    array({**SIDES, "bits": {"weight": value}}, ":1: 'bits.weight' must be one of 16, 8")
array({**SIDES, "bits": {"activation": 65}}, ":1: 'bits.activation' must be an integer")
array({**SIDES, "bits": {"partial_sum": 4}}, ":1: 'bits.partial_sum', 4, must not be less than")
array({**SIDES, "bits": {"activation": 64}}, ":1: 'bits.partial_sum', 32, must not be less than")

# SCALE-Sim's configurations.
CONFIG = """[general]
run_name = a
[architecture_presets]
ArrayHeight: 4
ArrayWidth: 4
IfmapSramSzkB: 1
FilterSramSzkB: 1
OfmapSramSzkB: 1
Dataflow: os
Bandwidth: 3
[layout]
IfmapSRAMBankBandwidth: 3
FilterSRAMBankBandwidth: 3
[run_presets]
InterfaceBandwidth: USER
"""


def config(old, new, expected):
    assert CONFIG.count(old) == 1, old
    array(CONFIG.replace(old, new), expected, "cfg")


array("", ": section [general] is missing", "cfg")
array("ArrayHeight: 4\n", ":1: 'ArrayHeight' stands before any section", "cfg")
array(bytes(range(256)), ":1: expected '[section]'", "cfg")
array(CONFIG + "[general]\n", ":16: section [general] occurs twice", "cfg")
for value in ("0", "-1", "1.5", "", "2,x", str(2**63 - 1)):
    config("\nBandwidth: 3", f"\nBandwidth: {value}", ":10: 'Bandwidth' must be integers from 1")
config("\nBandwidth: 3", "", ": 'Bandwidth' is missing in section [architecture_presets]")
config("IfmapSRAMBankBandwidth: 3", "IfmapSRAMBankBandwidth: 0", ":12: 'IfmapSRAMBankBandwidth'" + SIZE)
config("IfmapSRAMBankBandwidth: 3\n", "", ": 'IfmapSRAMBankBandwidth' is missing in section [layout]")
for value in ("0", str(2**53), str(2**63 - 1), "many"):
    config("IfmapSramSzkB: 1", f"IfmapSramSzkB: {value}", ":6: 'IfmapSramSzkB'" + SIZE)
config("ArrayHeight: 4", "ArrayHeight: 4\nArrayHeight: 8", ":5: 'ArrayHeight' occurs twice")
config("Dataflow: os", "Dataflow: rs", ":9: 'Dataflow' must be os, ws or is")
config("USER", "FAST", ":15: 'InterfaceBandwidth' must be CALC or USER")


def topology(content, expected):
    path = write("topology.csv", content)
    check(f"topology {str(content)[:80]}", [BIN / "onebit-translate", "--import-scale-sim-topology", path],
          f"{path}{expected}")


topology("", ":0:0: error: expected a SCALE-Sim topology")
topology("\n\n", ":0:0: error: expected a SCALE-Sim topology")
topology(HEADER, ":0:0: error: expected a SCALE-Sim topology")
topology("a,6,5,7,\n", ":1:1: error: expected a header")
topology("Layer,N,M,K,\na,1,2,3,\n", ":1:1: error: the columns are M, N, K in this order")
for m in ("0", "-1", "1.5", "0x10", "+3", "99999999999"):
    topology(f"{HEADER}a,{m},5,7,\n", ":2:1: error: M must be an integer from 1 to 2147483647")
topology(HEADER + "a,5,7,\n", ":2:1: error: expected name, M, N, K")
topology(HEADER + "a,1,2,3,\nb,5,7,8,1:1,9,\n", ":3:1: error: expected name, M, N, K")
topology(HEADER + "a" + ",2147483647" * 3 + ",\n", ":2:1: error: the product is too large to count")
topology(HEADER + '"a,6,5,7,\n', ":2:1: error: a quote is opened and not closed")
topology((HEADER + "a,6,5,7,\n").encode("utf-16"), ":2:1: error: M must be an integer")

print("\n".join(failures))
print(f"{ran} bad descriptions, {len(failures)} not refused as they should be")
sys.exit(bool(failures) or ran < 90)
