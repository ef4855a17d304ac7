# RUN: %python %s %binary_dir/bin %source_dir %t
"""Vector work, time and memory of whole models, counted here once more.

What the vector unit does is counted from the config by the table of
docs/microarchitecture.md, section 8, op by op, without the compiler; time and memory
from published sizes: a token of LLaMA-7B's fp16 cache takes 0.5 MiB, the projections of
BitNet b1.58 2B4T take 0.4 GB (arXiv 2504.12285, Table 1) at 1.6 bits.
"""
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

BIN, SOURCE, TEMP = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
TEMP.mkdir(parents=True, exist_ok=True)
MHZ = 250
failures = []
checks = 0


def check(what, got, want):
    global checks
    checks += 1
    if got != want:
        failures.append(f"{what}: got {got}, want {want}")


def array(lanes, hidden=False, **bits):
    path = TEMP / f"array-{lanes}-{hidden}.json"
    path.write_text(json.dumps({
        "rows": 128, "columns": 128, "clock_mhz": MHZ, "vector_lanes": lanes,
        "overlap": {"vector": hidden},
        "bits": {"weight": 1.6, "dense_weight": 16, "kv": 16, **bits}}))
    return path


def report(config, lanes, phase="decode", context=2048, hidden=False, family="onebit",
           layers=None, options=""):
    imported = subprocess.run(
        [BIN / "onebit-translate", "--import-hf-config", config, f"--phase={phase}",
         f"--context={context}", "--emit-bytecode"] + ([f"--layers={layers}"] if layers else []),
        capture_output=True, check=True).stdout
    out = subprocess.run(
        [BIN / "onebit-opt", "-", "--report=json",
         f"--lower-to-systolic=array={array(lanes, hidden)} cost-model={family} {options}"],
        input=imported, capture_output=True, check=True).stdout
    return json.loads(out)


class Counts:
    """Ops, elements, reductions and cycles by kind."""

    def __init__(self, lanes):
        self.lanes = lanes
        self.kinds = {}

    def op(self, kind, *passes):
        total = self.kinds.setdefault(kind, Counter())
        total["ops"] += 1
        for elements, rows in passes:
            total["passes"] += 1
            total["elements"] += elements
            total["reductions"] += rows
            if rows:
                row = elements // rows
                depth = 0
                while 2**depth < min(row, self.lanes):
                    depth += 1
                total["cycles"] += rows * (-(-row // self.lanes) + depth)
            else:
                total["cycles"] += -(-elements // self.lanes)

    def rms_norm(self, tokens, width):
        n = tokens * width
        self.op("norm", (n, tokens), (n, 0), (n, 0))

    def quantize(self, tokens, width):
        self.op("quantization", (tokens * width, tokens), (tokens * width, 0))

    def scale(self, tokens, width):
        self.op("dequantization", (tokens * width, 0))

    def block(self, c, tokens, keys):
        """A layer of LLaMA or of BitNet, all of whose projections are quantized."""
        d, ff, heads = c["hidden_size"], c["intermediate_size"], c["num_attention_heads"]
        kv = c.get("num_key_value_heads", heads)
        e = d // heads
        bitnet = c["model_type"] == "bitnet"
        self.rms_norm(tokens, d)
        self.quantize(tokens, d)
        for width in (d, kv * e, kv * e):
            self.scale(tokens, width)
        for width in (d, kv * e):
            self.op("rotary", (tokens * width, 0), (tokens * width, 0))
        scores = heads * tokens * keys
        self.op("softmax", (scores, heads * tokens), (scores, heads * tokens), (scores, 0))
        if bitnet:
            self.rms_norm(tokens, d)
        self.quantize(tokens, d)
        self.scale(tokens, d)
        self.op("elementwise", (tokens * d, 0))
        self.rms_norm(tokens, d)
        self.quantize(tokens, d)
        self.scale(tokens, ff)
        self.scale(tokens, ff)
        self.op("activation", (tokens * ff, 0), (tokens * ff, 0))
        if bitnet:
            self.rms_norm(tokens, ff)
        self.quantize(tokens, ff)
        self.scale(tokens, d)
        self.op("elementwise", (tokens * d, 0))


def check_vector(name, config, lanes, phase="decode", context=2048, layers=None, **more):
    c = json.loads(config.read_text())
    tokens = 1 if phase == "decode" else context
    want = Counts(lanes)
    for _ in range(layers or c["num_hidden_layers"]):
        want.block(c, tokens, context)
    want.rms_norm(tokens, c["hidden_size"])
    j = report(config, lanes, phase, context, layers=layers, **more)
    got = {k.pop("kind"): k for k in j["vector"]["kinds"]}
    check(f"{name}, kinds", sorted(got), sorted(want.kinds))
    for kind, figures in want.kinds.items():
        check(f"{name}, {kind}", got.get(kind), dict(figures))
    cycles = sum(figures["cycles"] for figures in want.kinds.values())
    check(f"{name}, cycles", j["classes"]["vector"]["busy_cycles"], cycles)
    check(f"{name}, unknown", j["vector"]["unknown_ops"], 0)
    return j, cycles


bitnet = SOURCE / "docs/examples/bitnet-b1.58-2b-4t.json"
llama = SOURCE / "docs/examples/paper/llama-7b.json"

for lanes in (128, 96, 1000):
    j, cycles = check_vector(f"bitnet on {lanes}", bitnet, lanes)
    # Time is all of it, and F of it.
    products = j["total"]["cycles"]
    check("exposed", j["classes"]["vector"]["cycles"], cycles)
    check("time", j["time"]["cycles"], products + cycles)
    check("seconds", j["time"]["seconds"], (products + cycles) / (MHZ * 1e6))
    check("tokens/s", j["time"]["tokens_per_second"], 1 / ((products + cycles) / (MHZ * 1e6)))
    share = j["classes"]["matmul_free"]["cycles"] / (products + cycles)
    check("share", j["matmul_free_fraction"]["time"], {"cycles": share})
    law = next(a for a in j["amdahl"] if (a["basis"], a["scope"]) == ("cycles", "time"))
    ten = next(p for p in law["points"] if p["speedup"] == 10)
    if abs(ten["projections_faster"] - 1 / (1 - share + share / 10)) > 1e-9:
        failures.append(f"Amdahl: {ten}")
check_vector("llama", llama, 64)
j, _ = check_vector("llama, prefill", llama, 256, phase="prefill", context=96, layers=2)
check("llama, prefill, tokens", j["time"]["tokens"], 96)

# A family that has no vector unit.
scale_sim = report(bitnet, 128, family="scale-sim-v2")
for key, part in (("vector", scale_sim), ("vector", scale_sim["classes"]),
                  ("time", scale_sim["matmul_free_fraction"])):
    check(f"scale-sim-v2, {key}", key in part, False)
check("scale-sim-v2, time", scale_sim["time"]["vector_work"], False)
check("scale-sim-v2, seconds", scale_sim["time"]["seconds"],
      scale_sim["total"]["cycles"] / (MHZ * 1e6))

# Hidden: between two products the longer of product and vector work counts. A layer
# is taken apart by hand: what stands behind each product of the layer.
lanes, d, ff, kv, keys = 128, 2560, 6912, 640, 2048
hidden = report(bitnet, lanes, hidden=True, layers=1)


def passes(*parts):
    counts = Counts(lanes)
    counts.op("x", *parts)
    return counts.kinds["x"]["cycles"]


norm = lambda n: passes((n, 1), (n, 0), (n, 0))
quantize = lambda n: passes((n, 1), (n, 0))
one = lambda n: passes((n, 0))
two = lambda n: passes((n, 0), (n, 0))
scores = 20 * keys
behind = {
    "q": one(d), "k": one(kv), "v": one(kv) + two(d) + two(kv),
    "scores": passes((scores, 20), (scores, 20), (scores, 0)),
    "values": norm(d) + quantize(d), "o": one(d) + one(d) + norm(d) + quantize(d),
    "gate": one(ff), "up": one(ff) + two(ff) + norm(ff) + quantize(ff),
    "down": one(d) + one(d) + norm(d), "lm_head": 0}
of = {k["role"]: k["cycles"] for k in hidden["kernels"]}
check("roles", sorted(of), sorted(behind))
check("hidden time", hidden["time"]["cycles"],
      norm(d) + quantize(d) + sum(max(of[role], behind[role]) for role in of))
check("hidden cycles", hidden["vector"]["hidden_cycles"],
      sum(min(of[role], behind[role]) for role in of))

# Memory. LLaMA-7B: keys and values of 32 layers, 4096 wide, 2 bytes.
j = report(llama, 64)
check("LLaMA-7B, KV of a token", j["footprint"]["kv_cache"]["bytes_per_token"], 0.5 * 2**20)
check("LLaMA-7B, KV", j["footprint"]["kv_cache"]["bytes"], 2048 * 2**19)
j = report(bitnet, 64)
projections = 30 * (2 * d * d + 2 * d * kv + 3 * d * ff)
f = j["footprint"]
check("2B4T, projections", f["weights"]["matmul_free"],
      {"elements": projections, "bytes": projections // 5})
check("2B4T, as printed", f"{projections / 5e9:.1f}", "0.4")
check("2B4T, in the report", f"{f['weights']['matmul_free']['bytes'] / 1e9:.3f}", "0.417")
check("2B4T, lm_head", f["weights"]["dense_projection"],
      {"elements": 128256 * d, "bytes": 2 * 128256 * d})
# One scale a projection; four norms a layer and the last one. The embedding is tied.
check("2B4T, scales", f["weights"]["scales"], {"elements": 210, "bytes": 420})
norms = 30 * (3 * d + ff) + d
check("2B4T, norms", f["weights"]["other"], {"elements": norms, "bytes": 2 * norms})
check("2B4T, all", f["all_weights"]["bytes"],
      projections // 5 + 2 * (128256 * d + 210 + norms))
check("2B4T, KV of a token", f["kv_cache"]["bytes_per_token"], 2 * 30 * kv * 2)

# What is moved: each weight once, as packed, and activations for each column of folds.
b = report(bitnet, lanes, layers=1)["bytes"]
layer = projections // 30
check("2B4T, SRAM of weights", b["matmul_free"]["sram_filter"], layer // 5)
check("2B4T, SRAM of activations", b["matmul_free"]["sram_ifmap"],
      sum(k * -(-n // 128) for n, k in
          [(d, d), (kv, d), (kv, d), (d, d), (ff, d), (ff, d), (d, ff)]))
# A tile begins with a whole bit: a column of folds of each weight is one.
beyond = b["matmul_free"]["dram_filter"] - layer // 5
check("2B4T, DRAM of weights", 0 <= 8 * beyond <= sum(-(-n // 128) for n in
                                                      (d, kv, kv, d, ff, ff, d)) + 7, True)
# The query heads of a key-value head are rows of one product: each key comes once.
check("2B4T, DRAM of keys", b["attention"]["dram_filter"], 2 * 2 * 5 * 128 * keys)
words = report(bitnet, lanes, layers=1, family="scale-sim-v2")["bytes"]
check("words, SRAM of weights", words["matmul_free"]["sram_filter"], layer)
check("words, no DRAM", "dram_filter" in words["matmul_free"], False)

# Groups: a scale for each 128 weights, and as many multiplications a token.
g = report(bitnet, lanes, layers=2, options="group-size=128")
plain = report(bitnet, lanes, layers=2)
check("groups, scales", g["footprint"]["weights"]["scales"],
      {"elements": projections // 15 // 128, "bytes": projections // 15 // 64})
check("groups, multiplications", g["total"]["scale_multiplications"], projections // 15 // 128)
check("one scale, multiplications", plain["total"]["scale_multiplications"],
      2 * (2 * d + 2 * kv + 2 * ff + d))
check("groups, MACs", g["total"]["macs"], plain["total"]["macs"])
check("groups, weights", g["footprint"]["weights"]["matmul_free"],
      plain["footprint"]["weights"]["matmul_free"])
scaled = {k["kind"]: k for k in g["vector"]["kinds"]}["dequantization"]
check("groups, scaled elements", scaled["elements"],
      projections // 15 // 128 + plain["total"]["scale_multiplications"])

print(f"{checks} checks")
if failures:
    print("\n".join(failures))
    sys.exit(1)
