"""Ternary products of one token, weights from memory, beside numpy's and torch's.

Every number is the best of many short runs, taken in turns, so that another process on
the machine spoils few of them; of one thread in its CPU time, of two as they pass. Bytes
are those of the packed weights, bandwidth what the same memory gives to a loop that adds
its words up, in the same run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

LAYERS = [(4096, 11008), (2560, 6912)]
# Of read bandwidth, of packed bytes.
LEAST = 0.5

# One process for each number of threads: libraries read the environment once.
LIBRARIES = """
import json, sys, time, warnings
import numpy, torch
warnings.filterwarnings("ignore")
rows, columns, threads, working_set = map(int, sys.argv[1:])
torch.set_num_threads(threads)
generator = torch.Generator().manual_seed(1)
w = torch.randint(-1, 2, (rows, columns), generator=generator, dtype=torch.int8)
x = torch.randint(-127, 128, (columns,), generator=generator, dtype=torch.int8)

def best(function, matrices, least=3):
    # Of products with each matrix in turn, for a second and `least` at least.
    clock = time.thread_time if threads == 1 else time.perf_counter
    times, start = [], time.perf_counter()
    while len(times) < least or time.perf_counter() - start < 1:
        matrix = matrices[len(times) % len(matrices)]
        before = clock()
        function(matrix)
        times.append(clock() - before)
    return min(times)

def copies(tensor):
    count = -(-working_set // (tensor.numel() * tensor.element_size()))
    return [tensor.clone() for _ in range(max(count, 1))]

wanted = (w.int() @ x.int())
floats, xf = copies(w.float()), x.float()
results = {"torch float32": best(lambda m: torch.mv(m, xf), floats)}
arrays, xn = [m.numpy() for m in floats], xf.numpy()
results["numpy float32"] = best(lambda m: m @ xn, arrays)
assert (torch.mv(floats[0], xf) == wanted).all() and (arrays[0] @ xn == wanted.numpy()).all()
del floats, arrays
bytes_ = copies(w)
row = x[None]
results["torch int8"] = best(lambda m: torch._int_mm(row, m.t()), bytes_)
assert (torch._int_mm(row, w.t())[0] == wanted).all()
arrays, xn = [m.numpy() for m in bytes_], x.numpy()
results["numpy int8"] = best(lambda m: numpy.matmul(m, xn, dtype=numpy.int32), arrays, 1)
del bytes_, arrays
# What serves 8-bit models: it quantizes its activation itself, so only its time is ours.
packed = [torch.ops.quantized.linear_prepack(torch.quantize_per_tensor(m.float(), 1.0, 0, torch.qint8), None)
          for m in copies(w)]
results["torch int8, packed"] = best(lambda m: torch.ops.quantized.linear_dynamic(xf[None], m), packed)
print(json.dumps(results))
"""


def kernels(build):
    """Bytes a second by name, and the bytes that are read in turn."""
    run = subprocess.run(
        [f"{build}/test/benchmark/OnebitGemvBenchmarks", "--benchmark_min_time=0.01",
         "--benchmark_repetitions=25", "--benchmark_enable_random_interleaving=true",
         "--benchmark_format=json"], check=True, capture_output=True, text=True)
    output = json.loads(run.stdout)
    rates = {}
    for row in output["benchmarks"]:
        if row["run_type"] == "iteration":
            name = row["run_name"].replace("/real_time", "")
            rate = row["bytes_per_second"]
            if name.endswith("/threads:1"):
                rate *= row["real_time"] / row["cpu_time"]
            rates[name] = max(rates.get(name, 0), rate)
    return rates, int(output["context"]["working_set_bytes"])


def libraries(build, root, layer, threads, working_set):
    python = Path(build) / "venv/bin/python"
    if not python.exists():
        python = Path(root) / "build/venv/bin/python"
    if not python.exists():
        sys.exit(f"{build}/venv is missing: tools/dev bench makes it")
    environment = {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    run = subprocess.run([python, "-c", LIBRARIES, *map(str, (*layer, threads, working_set))], check=True,
                         stdout=subprocess.PIPE, text=True, env=dict(os.environ, **environment))  # fmt: skip
    return json.loads(run.stdout)


def rows(build, root):
    """Whether each layer reaches its share of bandwidth."""
    rates, working_set = kernels(build)
    held = []
    for threads in (1, 2):
        suffix = f"/threads:{threads}"
        bandwidth = rates["read" + suffix]
        print(f"read, {threads} thread{'s' * (threads > 1):1}            {bandwidth / 1e9:8.1f} GB/s    "
              f"({working_set / 2**20:.0f} MiB in turn)")
        for layer in LAYERS:
            name = "{}x{}".format(*layer)
            prefix = f"gemv/{name}/"
            mine = {key[len(prefix) : -len(suffix)]: rate for key, rate in sorted(rates.items())
                    if key.startswith(prefix) and key.endswith(suffix)}  # fmt: skip
            packed = layer[0] * -(-layer[1] // 128) * 32
            for kernel, rate in mine.items():
                print(f"{name:10} {kernel:19} {packed / rate * 1e6:8.0f} us    {rate / bandwidth:6.1%} of bandwidth")
            kernel = max(mine, key=mine.get)
            share = mine[kernel] / bandwidth
            for library, seconds in libraries(build, root, layer, threads, working_set).items():
                print(f"{name:10} {library:19} {seconds * 1e6:8.0f} us    {seconds * mine[kernel] / packed:6.1f} times "
                      f"{kernel}")  # fmt: skip
            print(f"{name}, {threads} thread{'s' * (threads > 1)}, share of bandwidth {share:.3f}    (at least {LEAST})")
            held.append(share >= LEAST)
    return held


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[2]
    sys.exit(not all(rows(sys.argv[1] if len(sys.argv) > 1 else folder / "build", folder)))
