"""Other tools on the same work, in whole processes.

SCALE-Sim follows every request of every cycle; we evaluate a closed form over the
schedule. What is compared is how long the same answer takes: its reports must be ours,
field by field. ZigZag searches mappings on a model of its own, so that its answer is
another one and only its time is shown.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers" / "Inputs"))
from scale_sim_reports import compare

# One GEMV, a projection of OPT-350M.
ZIGZAG = """
import sys, zigzag
from zigzag.api import get_hardware_performance_zigzag
inputs = zigzag.__path__[0] + "/inputs"
get_hardware_performance_zigzag(
    [{"id": 0, "name": "fc1", "operator_type": "Gemm", "equation": "O[b][k]+=I[b][c]*W[c][k]",
      "dimension_relations": [], "loop_dims": ["B", "K", "C"], "loop_sizes": [1, 4096, 1024],
      "operand_precision": {"W": 8, "I": 8, "O": 16, "O_final": 8},
      "operand_source": {"I": 0, "W": 0}}],
    inputs + "/hardware/tpu_like.yaml", inputs + "/mapping/tpu_like.yaml",
    dump_folder=sys.argv[1], loma_show_progress_bar=False)
"""


def cpu_seconds(command, **options):
    """Of one run, with what it started."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               **options)
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command}: {message.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime


def ours(build, topology, array, directory, runs, measure):
    """CPU seconds from a topology to SCALE-Sim's three reports: two processes."""
    module, reports = directory / "module.mlir", directory / "ours"
    translate = [f"{build}/bin/onebit-translate", "--import-scale-sim-topology", topology,
                 "-o", module]
    opt = [f"{build}/bin/onebit-opt", module,
           f"--lower-to-systolic=array={array} cost-model=scale-sim-v2",
           "--report=scale-sim", f"--report-dir={reports}"]
    return sum(measure([str(word) for word in command], runs)[0]
               for command in (translate, opt)) / 1e3, reports


def write_block(build, root, model, directory):
    """A block at a context of 2048 on paper-cloud, one attention head of it: the paper
    simulates one, and so do we, for SCALE-Sim's sake."""
    lowered, topology, array = (directory / name for name in ("block.mlir", "gemm.csv", "scale.cfg"))
    tool = f"{build}/bin/onebit-translate"
    block = subprocess.run(
        [tool, "--import-hf-config", f"{root}/docs/examples/paper/{model}.json",
         "--layout=paper", "--context=2048", "--layers=1"], check=True, stdout=subprocess.PIPE)
    subprocess.run([f"{build}/bin/onebit-opt", "-", "-o", lowered,
                    "--lower-to-systolic=array=paper-cloud dataflow=os"],
                   input=block.stdout, check=True)
    subprocess.run([tool, "--export-scale-sim-topology", lowered, "-o", topology], check=True)
    subprocess.run([tool, "--export-scale-sim-config", lowered, "-o", array], check=True)
    rows = [row for row in topology.read_text().splitlines()
            if "#" not in row or "#1," in row]
    assert len(rows) == 9, rows
    topology.write_text("\n".join(rows) + "\n")
    return topology, array


def scale_sim(build, root, runs, measure, model, least):
    """Version 2 on a block: at least `least` times our CPU time, and the same answer."""
    venv = Path(build) / "venv-scale-sim"
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        topology, array = write_block(build, root, model, directory)
        mine, reports = ours(build, topology, array, directory, runs, measure)
        theirs = cpu_seconds(
            [venv / "bin/python", "-m", "scalesim.scale", "-c", array, "-t", topology,
             "-i", "gemm", "-p", directory / "theirs"], cwd=directory,
            env=dict(os.environ, PYTHONPATH=venv / "version-2"))
        fields, differences = compare(reports, directory / "theirs/paper-cloud")
    print(f"{model} block, SCALE-Sim {theirs * 1e3:8.0f} ms CPU")
    print(f"{model} block, onebit    {mine * 1e3:8.2f} ms CPU    "
          f"({fields - len(differences)} of {fields} fields equal)")
    print(f"ratio of CPU time          {theirs / mine:8.0f}    (at least {least})")
    return theirs >= least * mine and fields > 0 and not differences


def zigzag(build, root, runs, measure):
    """ZigZag on one GEMV and an array of 32 x 32."""
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        topology, array = directory / "gemv.csv", directory / "array.json"
        topology.write_text("Layer,M,N,K,\nfc1,1,4096,1024,\n")
        array.write_text('{"rows": 32, "columns": 32, "memories": {"ifmap": {"kb": 64},'
                         ' "filter": {"kb": 64}, "ofmap": {"kb": 64}}}')
        mine, _ = ours(build, topology, array, directory, runs, measure)
        theirs = cpu_seconds([Path(build) / "venv-zigzag/bin/python", "-c", ZIGZAG, directory / "out"],
                             cwd=directory)
    print(f"GEMV on 32x32, ZigZag      {theirs * 1e3:8.0f} ms CPU")
    print(f"GEMV on 32x32, onebit      {mine * 1e3:8.2f} ms CPU")
    print(f"ratio of CPU time          {theirs / mine:8.0f}    (at least 50)")
    return theirs >= 50 * mine


def rows(build, root, runs, long, measure):
    """Whether each ratio holds; `long` takes SCALE-Sim minutes. What is not installed
    is an error: tools/dev bench installs it."""
    for venv in ("venv-scale-sim", "venv-zigzag"):
        if not (Path(build) / venv / "bin/python").exists():
            sys.exit(f"{build}/{venv} is missing: tools/dev bench makes it")
    held = [scale_sim(build, root, runs, measure, "opt-350m", 4000),
            zigzag(build, root, runs, measure)]
    if long:
        held.append(scale_sim(build, root, runs, measure, "opt-1.3b", 25000))
    return held
