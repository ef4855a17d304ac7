# REQUIRES: scale-sim
# RUN: %scale_sim_python %s %binary_dir/bin %scale_sim_v2 %t
"""SCALE-Sim itself, versions 2 and 3, on the same files: every field of its three
reports is ours.

Small random products on small random arrays, each dataflow, bandwidths estimated and
given; a model that was compiled here and exported; and the one product on which
SCALE-Sim dies. By hand, more of them: --cases=100 --seed=7.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "Inputs"))
from scale_sim_reports import REPORTS, compare, read

FAMILIES = ["scale-sim-v2", "scale-sim-v3"]

# One bank: of several, version 3 wants bandwidths that are multiples of their number.
CONFIG = """[general]
run_name = run
[architecture_presets]
ArrayHeight: {rows}
ArrayWidth: {columns}
IfmapSramSzkB: {kb[0]}
FilterSramSzkB: {kb[1]}
OfmapSramSzkB: {kb[2]}
IfmapOffset: 0
FilterOffset: 10000000
OfmapOffset: 20000000
Dataflow: {dataflow}
Bandwidth: {words[2]}
ReadRequestBuffer: 32
WriteRequestBuffer: 32
[layout]
IfmapCustomLayout: False
IfmapSRAMBankBandwidth: {words[0]}
IfmapSRAMBankNum: 1
IfmapSRAMBankPort: 2
FilterCustomLayout: False
FilterSRAMBankBandwidth: {words[1]}
FilterSRAMBankNum: 1
FilterSRAMBankPort: 2
[sparsity]
SparsitySupport: false
[run_presets]
InterfaceBandwidth: {mode}
UseRamulatorTrace: False
"""
LAYOUT = "Layer,\n"

# All cases of a version in one process: it takes longer to start than to run. SCALE-Sim
# copies its trace at every fetch, so a rare case takes forever and is given up.
#
# The wheel of 2.0.2 is older than the repository of version 2, which has since corrected
# two lines of its USER mode: a word that comes early does not shorten the wait for another,
# and a wait for the write buffer is not a cycle too short. Our family is the repository's.
PEER = """
import inspect, json, os, signal, sys, textwrap
import scalesim.memory.double_buffered_scratchpad_mem as memories
import scalesim.memory.read_buffer as reads
from scalesim.scale_sim import scalesim

def correct(module, owner, function, old, new):
    source = textwrap.dedent(inspect.getsource(getattr(owner, function)))
    assert source.count(old) == 1, old
    exec(source.replace(old, new), module.__dict__)
    setattr(owner, function, module.__dict__[function])

class GivenUp(Exception):
    pass

def give_up(*_):
    raise GivenUp

signal.signal(signal.SIGALRM, give_up)
family, scratch, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
given_up = []
if family == "scale-sim-v2":
    correct(reads, reads.read_buffer, "service_reads",
            "offset += potential_stall_cycles", "offset += max(potential_stall_cycles, 0)")
    correct(memories, memories.double_buffered_scratchpad, "service_memory_requests",
            "ofmap_stalls = ofmap_cycle_out[0] - cycle_arr[0] - 1",
            "ofmap_stalls = ofmap_cycle_out[0] - cycle_arr[0]")
for folder in json.load(sys.stdin):
    files = {"config": folder + "/scale.cfg", "topology": folder + "/gemm.csv"}
    if "layout" in inspect.signature(scalesim.__init__).parameters:
        files["layout"] = folder + "/layout.csv"
    signal.alarm(seconds)
    try:
        run = scalesim(save_disk_space=True, verbose=False, input_type_gemm=True, **files)
        run.run_scale(top_path=scratch)
        os.rename(scratch + "/run", folder + "/" + family)
    except GivenUp:
        given_up.append(folder)
    signal.alarm(0)
json.dump(given_up, open(scratch + "/given-up.json", "w"))
"""

MODEL = {"model_type": "llama", "hidden_size": 24, "num_hidden_layers": 1,
         "num_attention_heads": 3, "num_key_value_heads": 1, "intermediate_size": 40,
         "vocab_size": 50, "max_position_embeddings": 64}
ARRAY = {"name": "run", "rows": 8, "columns": 6, "dataflow": "ws",
         "memories": {"ifmap": {"kb": 1}, "filter": {"kb": 2}, "ofmap": {"kb": 1}}}


def tool(name, *args, text=None):
    run = subprocess.run([options.bin / name, *map(str, args)], input=text, text=True,
                         capture_output=True)
    if run.returncode:
        sys.exit(f"{name} {' '.join(map(str, args))}: {run.stderr}")
    return run.stdout


def write(folder, config, products):
    folder.mkdir()
    folder.joinpath("scale.cfg").write_text(config)
    folder.joinpath("layout.csv").write_text(LAYOUT)
    folder.joinpath("gemm.csv").write_text("Layer,M,N,K,\n" + "".join(
        f"L{i},{m},{n},{k},\n" for i, (m, n, k) in enumerate(products)))
    return folder


def write_random(folder, rng, dataflow, mode):
    config = CONFIG.format(
        rows=rng.randint(1, 12), columns=rng.randint(2, 12), dataflow=dataflow, mode=mode,
        kb=[rng.choice([1, 1, 2, 3, 8]) for _ in range(3)],
        words=[rng.randint(1, 20) for _ in range(3)])
    return write(folder, config, [
        [rng.choice([1, rng.randint(1, 12), rng.randint(1, 60)]) for _ in range(3)]
        for _ in range(4)])


def write_model(folder):
    """A model's kernels, by our exports."""
    write(folder, "", [])
    config, array = folder / "config.json", folder / "array.json"
    config.write_text(json.dumps(MODEL))
    array.write_text(json.dumps(ARRAY))
    model = tool("onebit-translate", "--import-hf-config", config, "--context=20",
                 "--phase=prefill")
    for family in FAMILIES:
        folder.joinpath(f"{family}.mlir").write_text(
            tool("onebit-opt", f"--lower-to-systolic=array={array} cost-model={family}",
                 text=model))
    priced = folder / f"{FAMILIES[0]}.mlir"
    tool("onebit-translate", "--export-scale-sim-topology", priced, "-o", folder / "gemm.csv")
    tool("onebit-translate", "--export-scale-sim-config", priced, "-o", folder / "scale.cfg")
    return folder


def report(folder, family):
    """Our three files."""
    out, priced = folder / f"ours-{family}", folder / f"{family}.mlir"
    reports = ["--report=scale-sim", f"--report-dir={out}"]
    if priced.exists():
        tool("onebit-opt", priced, *reports)
    else:
        module = tool("onebit-translate", "--import-scale-sim-topology", folder / "gemm.csv")
        tool("onebit-opt", f"--lower-to-systolic=array={folder}/scale.cfg cost-model={family}",
             *reports, text=module)
    return out


def differences_of(folder, family):
    """How many fields there are, and those that differ."""
    fields, differences = compare(report(folder, family), folder / family)
    return fields, [f"{folder.name} {family}, {difference}" for difference in differences]


def start_peer(family, folders):
    scratch = options.out / family
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", PEER, family, scratch, str(options.seconds)],
        env=environment(family), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=open(scratch / "stderr", "w"), text=True)
    process.stdin.write(json.dumps([str(folder) for folder in folders]))
    process.stdin.close()
    return process


def environment(family):
    return dict(os.environ, PYTHONPATH=str(options.v2) if family == FAMILIES[0] else "")


def command_line(folder):
    """Version 3 as its users call it."""
    out = folder / "command-line"
    subprocess.run(
        [sys.executable, "-m", "scalesim.scale", "-c", folder / "scale.cfg", "-t",
         folder / "gemm.csv", "-l", folder / "layout.csv", "-i", "gemm", "-p", out],
        env=environment(FAMILIES[1]), cwd=folder, check=True, capture_output=True)
    return all((out / "run" / name).read_text() == (folder / FAMILIES[1] / name).read_text()
               for name in REPORTS)


def check_crash(family):
    """1 x 1 x 1 on 1 x 1: SCALE-Sim divides by its 0 cycles, we do not."""
    folder = options.out / "one"
    peer = subprocess.run(
        [sys.executable, "-c", PEER, family, options.out / family, str(options.seconds)],
        input=json.dumps([str(folder)]), env=environment(family), capture_output=True, text=True)
    if "ZeroDivisionError" not in peer.stderr:
        return [f"{family} does not die on 1 x 1 x 1 any more: {peer.stderr[-300:]}"]
    _, (row,) = read(report(folder, family) / REPORTS[0])
    want = {"LayerID": "0", "Total Cycles": "0", "Stall Cycles": "0", "Overall Util %": "",
            "Mapping Efficiency %": "100", "Compute Util %": "100"}
    row.pop("Total Cycles (incl. prefetch)", None)
    return [] if row == want else [f"{family}, 1 x 1 x 1 on 1 x 1: {row}"]


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("bin", type=Path)
parser.add_argument("v2", type=Path, help="the folder that has version 2")
parser.add_argument("out", type=Path)
parser.add_argument("--cases", type=int, default=6, help="of each dataflow and mode")
parser.add_argument("--seed", type=int, default=20240811)
parser.add_argument("--seconds", type=int, default=20, help="after which SCALE-Sim is stopped")
options = parser.parse_args()
shutil.rmtree(options.out, ignore_errors=True)
options.out.mkdir()

rng = random.Random(options.seed)
folders = [write_random(options.out / f"{dataflow}-{mode}-{i}", rng, dataflow, mode)
           for dataflow in ("os", "ws", "is") for mode in ("CALC", "USER")
           for i in range(options.cases)]
folders.append(write_model(options.out / "model"))
write(options.out / "one",
      CONFIG.format(rows=1, columns=1, dataflow="os", mode="CALC", kb=[1, 1, 1], words=[1, 1, 1]),
      [(1, 1, 1)])

fields, failures, given_up = 0, [], 0
for family, process in [(family, start_peer(family, folders)) for family in FAMILIES]:
    if process.wait():
        sys.exit((options.out / family / "stderr").read_text())
    unfinished = json.loads((options.out / family / "given-up.json").read_text())
    given_up += len(unfinished)
    for folder in folders:
        if str(folder) not in unfinished:
            more, differences = differences_of(folder, family)
            fields += more
            failures += differences
    failures += check_crash(family)
if not command_line(folders[0]):
    failures.append("python -m scalesim.scale reports otherwise than the class scalesim")

print("\n".join(failures[:20]))
print(f"{fields} fields, {len(failures)} failures, {given_up} runs given up")
sys.exit(bool(failures) or given_up > len(folders) // 20 or fields < 1300 * options.cases)
