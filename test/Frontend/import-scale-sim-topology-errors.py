# Every diagnostic of --import-scale-sim-topology: one error, which names the
# file, the line and what was expected; no output and no crash.
#
# RUN: %python %s %binary_dir/bin/onebit-translate %t.csv

import random
import subprocess
import sys

tool, path = sys.argv[1:]
HEADER = "Layer,M,N,K,\n"
EMPTY = "expected a SCALE-Sim topology, a header and at least one row 'name,M,N,K,', found "
SIZE = " must be an integer from 1 to 2147483647, found "

# (text, line, message)
CASES = [
    ("", 0, EMPTY + "an empty file"),
    (" \r\n\n", 0, EMPTY + "an empty file"),
    (HEADER, 0, EMPTY + "only a header"),
    ("q,1,2,3,\n", 1, "expected a header such as 'Layer,M,N,K,', found a row of numbers, which SCALE-Sim would skip"),
    ("Layer,M,K,N,\nq,1,2,3,\n", 1,
     "the columns are M, N, K in this order, whatever the header says; found M, K, N"),
    ("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n", 1,
     "a topology of convolutions is not supported; expected a header with the columns name, M, N, K"),
    (HEADER + "Conv1,224,224,11,11,3,96,4,\n", 2,
     "a row of 8 fields is a convolution, which is not supported; expected name, M, N, K"),
    (HEADER + "\nq,1,2,\n", 3, "expected name, M, N, K and at most a sparsity, found 3 fields"),
    (HEADER + "q\n", 2, "expected name, M, N, K and at most a sparsity, found 1 fields"),
    (HEADER + "q,1,2,3,1:1,5\n", 2, "expected name, M, N, K and at most a sparsity, found 6 fields"),
    (HEADER + ",1,2,3,\n", 2, "expected a name in the first field, found nothing"),
    (HEADER + "q,0,2,3,\n", 2, "M" + SIZE + "'0'"),
    (HEADER + "q,1,-2,3,\n", 2, "N" + SIZE + "'-2'"),
    (HEADER + "q,1,2,3.0,\n", 2, "K" + SIZE + "'3.0'"),
    (HEADER + "q,1,2,,\n", 2, "K" + SIZE + "''"),
    (HEADER + "q,+1,2,3,\n", 2, "M" + SIZE + "'+1'"),
    (HEADER + "q,0x10,2,3,\n", 2, "M" + SIZE + "'0x10'"),
    (HEADER + "q,2147483648,1,1,\n", 2, "M" + SIZE + "'2147483648'"),
    (HEADER + "q,1,99999999999999999999999,1,\n", 2, "N" + SIZE + "'99999999999999999999999'"),
    (HEADER + "q,2147483647,2147483647,2147483647,\n", 2,
     "the product is too large to count: more than 2^60 multiply-accumulates"),
    (HEADER + "q,1048576,1048576,1048577,\n", 2, "the product is too large to count"),
    (HEADER + "q,1,2,4,4:2,\n", 2,
     "the sparsity of the filter must be n:m, n of m elements being there, found '4:2'"),
    (HEADER + "q,1,2,4,dense,\n", 2, "the sparsity of the filter must be n:m, n of m elements being there, found 'dense'"),
    (HEADER + "q,1,2,4,,\n", 2, "the sparsity of the filter must be n:m, n of m elements being there, found ''"),
    (HEADER + '"q,1,2,3,\n', 2, "a quote is opened and not closed"),
    (HEADER + '"q"x,1,2,3,\n', 2, "expected a comma behind a quoted field, found 'x,1,2,3,'"),
]


def run(text):
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return subprocess.run([tool, "--import-scale-sim-topology", path], capture_output=True, text=True,
                          errors="replace", timeout=20)


failures = []
for text, line, message in CASES:
    result = run(text)
    first = result.stderr.split("\n")[0]
    if (result.returncode != 1 or result.stdout or result.stderr.count("error:") != 1 or message not in first or
            not first.startswith(f"{path}:{line}:")):
        failures.append(f"{text!r}: exit {result.returncode}, expected line {line}: {message}\n{result.stderr}")

# The last size that is counted.
if run(HEADER + "q,1048576,1048576,1048576,\n").returncode != 0:
    failures.append("2^60 multiply-accumulates are refused")

# Whatever the bytes, an error or a module.
rng = random.Random(1)
alphabet = [b"q", b",", b"1", b"2", b"\n", b"\r", b'"', b":", b" ", b"-", b"\xff", b"\0", b"Layer,M,N,K,\nq,1,2,3,"]
outcomes = set()
for _ in range(200):
    text = b"".join(rng.choices(alphabet, k=rng.randint(1, 30)))
    code = run(text).returncode
    outcomes.add(code)
    if code not in (0, 1):
        failures.append(f"{text!r}: exit {code}")
if outcomes != {0, 1}:
    failures.append(f"random files end in {outcomes} only")

print("\n".join(failures))
print(f"{len(CASES)} errors, {len(failures)} failures")
sys.exit(bool(failures))
