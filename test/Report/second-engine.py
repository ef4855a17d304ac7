# A second engine for projections: prediction and measurement of the report
# against compilations for each engine alone, and what moves between them
# counted by hand.
#
# RUN: %python %s %binary_dir/bin %source_dir %t

import json
import math
import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

BIN, SOURCE, TMP = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
os.makedirs(TMP, exist_ok=True)
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)


def model(name, phase, context, layers=2):
    config = json.loads((SOURCE / "docs/examples" / name).read_text())
    config.update(num_hidden_layers=layers)
    path = f"{TMP}/{Path(name).stem}.json"
    Path(path).write_text(json.dumps(config))
    out = f"{TMP}/{Path(name).stem}-{phase}-{context}.mlir"
    subprocess.run([f"{BIN}/onebit-translate", "--import-hf-config", path, f"--phase={phase}",
                    f"--context={context}", "-o", out], check=True)
    return out


def report(module, array, family="onebit", options=""):
    path = f"{TMP}/array.json"
    Path(path).write_text(json.dumps(array))
    run = subprocess.run([f"{BIN}/onebit-opt", module,
                          f"--lower-to-systolic=array={path} cost-model={family} {options}",
                          "--readings", "--report=json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{module} {array}: {run.stderr}")
    return json.loads(run.stdout)


def engine(rng, largest):
    memory = lambda: {"kb": rng.choice([None, 256, 1024]), "port_bits_per_cycle": rng.choice([None, 256, 4096]),
                      "dram": rng.random() < .8}
    return {"clock_mhz": 500, "rows": rng.choice([16, 64, largest]), "columns": rng.choice([16, 64, largest]),
            "dataflow": rng.choice(["os", "ws", "is"]),
            "overlap": {"preload": rng.random() < .5, "drain": rng.random() < .5},
            "idle_lanes": rng.choice(["waited", "skipped"]),
            "bits": {"activation": rng.choice([4, 8, 16]), "weight": rng.choice([1, 1.6, 2, 8])},
            "memories": {x: memory() for x in ("ifmap", "filter", "ofmap")},
            "dram_bits_per_cycle": rng.choice([None, 64, 1024])}


def others(classes):
    return sum(classes[c]["cycles"] for c in ("dense_projection", "low_bit_projection") if c in classes)


def compare(module, base, second, family, shared):
    """The report on both engines against those on each."""
    both = report(module, {**base, "projection_engine": {**second, **({"shared_dram": True} if shared else {})}}, family)
    alone = report(module, base, family)
    dram = base["dram_bits_per_cycle"]
    fast = report(module, {**second, **({"dram_bits_per_cycle": dram} if shared else {})}, family)
    got = both["second_engine"]
    where = f"{module} {family} shared {shared} {base} {second}: {got}"

    # The baseline is everything on the base engine, kernel by kernel.
    for key in ("total", "classes", "matmul_free_fraction", "amdahl", "readings"):
        check(both[key] == alone[key], f"{key} is not the baseline's: {where}")
    for k, b, f in zip(both["kernels"], alone["kernels"], fast["kernels"], strict=True):
        mine = k.pop("second_engine", None)
        check(k == b, f"{k['name']} is not the baseline's: {where}")
        check((mine is not None) == (k["class"] == "matmul_free"), f"{k['name']} on the wrong engine")
        if mine:
            expected = {key: value for key, value in f.items() if key in mine or key == "cycles"}
            for key in ("moved_bits", "moving_cycles"):
                expected.pop(key, None)
                check((key in mine) == shared, f"{key} of {k['name']}: {where}")
                mine.pop(key, None)
            check(mine == expected, f"{k['name']}: {mine}, want {expected}: {where}")

    # F and S are ratios of sums; Amdahl's Law in fractions.
    T, P = alone["total"]["cycles"], alone["classes"]["matmul_free"]["cycles"]
    P1 = fast["classes"]["matmul_free"]["cycles"]
    F, S = Fraction(P, T), Fraction(P, P1)
    predicted = T * ((1 - F) + F / S)
    check(got["predicted_cycles"] == predicted, f"predicted {predicted}: {where}")
    check(math.isclose(got["fraction"], F) and math.isclose(got["projection_speedup"], S), where)
    check(math.isclose(got["predicted_speedup"], T / predicted), where)

    bits = base["bits"]["activation"]
    moved = cycles = 0
    for k in alone["kernels"]:
        if shared and k["class"] == "matmul_free":
            for elements in (k["batch"] * k["m"] * k["k"], k["batch"] * k["m"] * k["n"]):
                moved += bits * elements
                cycles += -(-bits * elements // dram) if dram else 0
    check(got["moved_bits"] == moved, f"moved {moved}: {where}")
    measured = P1 + alone["classes"]["attention"]["cycles"] + others(alone["classes"]) + cycles
    check(got["measured_cycles"]["total"] == measured, f"measured {measured}: {where}")
    check(math.isclose(got["measured_speedup"], T / measured), where)
    check(math.isclose(got["seconds"], measured / (base["clock_mhz"] * 1e6)), where)
    tokens = both["model"]["batch"] * (1 if both["model"]["phase"] == "decode" else both["model"]["context"])
    check(math.isclose(got["tokens_per_second"], tokens / got["seconds"]), where)
    residual = got["residual_cycles"]
    check(residual == {"attention": 0, "other_projections": 0, "moving": cycles, "total": measured - predicted}, where)
    return residual["total"]


rng = random.Random(4)
bitnet = [model("bitnet-b1.58-2b-4t.json", phase, context) for phase, context in
          (("decode", 512), ("decode", 70), ("prefill", 96))]
seen = 0
for i in range(36):
    base, second = engine(rng, 32), engine(rng, 256)
    # A tile that stays must fit its memory.
    for array in (base, second):
        if max(array["rows"], array["columns"]) > 64:
            array["memories"] = {x: {"kb": 2048} for x in ("ifmap", "filter", "ofmap")}
    residual = compare(bitnet[i % 3], base, second, "onebit", False)
    check(residual == 0, f"a residual with private memories: {residual}")
    del second["dram_bits_per_cycle"]
    base["dram_bits_per_cycle"] = base["dram_bits_per_cycle"] or 512
    residual = compare(bitnet[i % 3], base, second, "onebit", True)
    check(residual > 0, f"no residual with a shared channel: {base} {second}")
    seen += residual > 0
check(seen == 36, "residuals were not seen")
for family in ("scale-sim-v2", "scale-sim-v3"):
    base, second = engine(rng, 32), engine(rng, 256)
    for array in (base, second):
        array["memories"] = {x: {"kb": 512} for x in ("ifmap", "filter", "ofmap")}
    check(compare(bitnet[0], base, second, family, False) == 0, f"residual of {family}")

# Kernels behind each other: the terms add up, attention is no slower, and some
# is faster.
faster = 0
for shared in (False, True):
    for i in range(6):
        base, second = engine(rng, 32), engine(rng, 64)
        base["dram_bits_per_cycle"] = 256
        for array in (base, second):
            array["overlap"]["kernels"] = True
        if shared:
            second["shared_dram"] = True
            del second["dram_bits_per_cycle"]
        got = report(bitnet[0], {**base, "projection_engine": second})["second_engine"]
        before, after, residual = got["baseline_cycles"], got["measured_cycles"], got["residual_cycles"]
        check(after["total"] == sum(after[k] for k in ("projections", "attention", "other_projections", "moving")), f"{got}")
        check(residual["total"] == residual["attention"] + residual["other_projections"] + residual["moving"], f"{got}")
        check(residual["total"] == after["total"] - (before["total"] - before["projections"] + after["projections"]), f"{got}")
        faster += residual["attention"] != 0
check(faster > 0, "attention never waits less")

# The simulator takes as much, kernel by kernel, through the whole compiler.
tiny = {"model_type": "llama", "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2,
        "num_attention_heads": 3, "num_key_value_heads": 1, "vocab_size": 30, "max_position_embeddings": 64,
        "rms_norm_eps": 1e-5, "hidden_act": "silu", "architectures": ["LlamaForCausalLM"]}
Path(f"{TMP}/tiny.json").write_text(json.dumps(tiny))
subprocess.run([f"{BIN}/onebit-translate", "--import-hf-config", f"{TMP}/tiny.json", "--phase=decode",
                "--context=40", "-o", f"{TMP}/tiny.mlir"], check=True)
hidden = kernels = 0
for i in range(24):
    base, second = engine(rng, 8), engine(rng, 8)
    for array in (base, second):
        array["rows"], array["columns"] = rng.randint(1, 12), rng.randint(1, 12)
        array["overlap"]["kernels"] = i % 3 > 0
        array["memories"] = {x: {"kb": rng.choice([None, 1, 2])} for x in ("ifmap", "filter", "ofmap")}
        array["dram_bits_per_cycle"] = rng.choice([7, 50, 200])
    if i % 2:
        second["shared_dram"] = True
        del second["dram_bits_per_cycle"]
    array = {**base, "projection_engine": second}
    priced, counted = (report(f"{TMP}/tiny.mlir", array, family) for family in ("onebit", "cycle-stepped"))
    for p, c in zip(priced["kernels"], counted["kernels"], strict=True):
        for one, two in ((p, c), (p.get("second_engine", {}), c.get("second_engine", {}))):
            kernels += bool(one)
            for key in two.keys() - {"second_engine"}:
                check(one[key] == two[key], f"{p['name']} {key}: {one[key]}, counted {two[key]}: {array}")
    check(priced["second_engine"]["measured_cycles"] == counted["second_engine"]["measured_cycles"], f"{array}")
    for array in (base, second):
        array["overlap"]["kernels"] = False
    exposed = report(f"{TMP}/tiny.mlir", {**base, "projection_engine": second})
    check(priced["total"]["cycles"] <= exposed["total"]["cycles"], f"hiding costs: {base} {second}")
    hidden += priced["total"]["cycles"] < exposed["total"]["cycles"]
check(hidden >= 8, f"kernels hid behind others on {hidden} machines only")

print("\n".join(failures[:10]))
print(f"{kernels} kernels simulated, {len(failures)} failures")
sys.exit(bool(failures))
