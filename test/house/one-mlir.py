# A process with two copies of MLIR fails late and strangely, and a shared one
# costs ten times the start-up: our binaries hold theirs and load none.
#
# RUN: %python %s %binary_dir

import glob
import re
import subprocess
import sys

root = sys.argv[1]
binaries = []
for path in glob.glob(f"{root}/bin/*") + glob.glob(f"{root}/test/unit/*Tests"):
    with open(path, "rb") as file:
        if file.read(4) == b"\x7fELF":
            binaries.append(path)

errors = []
for path in binaries:
    dynamic = subprocess.run(
        ["readelf", "--dynamic", "--wide", path],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if re.match(r"lib(MLIR|LLVM|mlir|z3)", library):
            errors.append(f"{path}: loads {library}")

for tool in ("onebit-opt", "onebit-translate"):
    if f"{root}/bin/{tool}" not in binaries:
        errors.append(f"found no {tool}")
if errors:
    sys.exit("\n".join(errors))
