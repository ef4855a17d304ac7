#!/usr/bin/env python3
"""Runs the benchmarks: google-benchmark binaries, then whole processes.

Ratios are taken within one run, so that they mean the same on any machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile


def measure(command, runs):
    """Median CPU milliseconds and peak memory in MB of a whole process."""
    cpu = []
    for _ in range(runs):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} failed")
        cpu.append((usage.ru_utime + usage.ru_stime) * 1e3)
    return statistics.median(cpu), usage.ru_maxrss / 1024


def startup(build, runs):
    """An empty module through our tool and through the stock one."""
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as empty:
        empty.write("module {}\n")
        empty.flush()
        stock = measure(["mlir-opt-22", empty.name], runs)
        ours = measure([f"{build}/bin/onebit-opt", empty.name], runs)
    print(f"empty module, mlir-opt-22  {stock[0]:8.2f} ms {stock[1]:8.1f} MB")
    print(f"empty module, onebit-opt   {ours[0]:8.2f} ms {ours[1]:8.1f} MB")
    print(f"ratio of CPU time          {ours[0] / stock[0]:8.3f}    (at most 0.3)")


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.path.join(root, "build"))
    parser.add_argument("--runs", type=int, default=21)
    options = parser.parse_args()
    startup(options.build, options.runs)


if __name__ == "__main__":
    main()
