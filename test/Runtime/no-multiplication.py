# The machine code of the kernels that add: no instruction multiplies a product's
# operands. The others do, so a search that finds nothing would be noticed.
#
# Sanitizers multiply sizes, in the same code.
# UNSUPPORTED: sanitizers
# RUN: %python %s %binary_dir

import re
import subprocess
import sys

library = f"{sys.argv[1]}/lib/Runtime/libOnebitRuntime.a"
text = subprocess.run(
    ["objdump", "-d", "-C", "--no-show-raw-insn", library],
    check=True, stdout=subprocess.PIPE, text=True,
).stdout  # fmt: skip

# Of integers, scalar and vector; pmadd and vpdp add up products.
MULTIPLY = re.compile(r"\b(v?pmul\w*|v?pmadd\w*|vpdp\w*|i?mul[bwlq]?|mulx)\b")
functions = {}
for name, body in re.findall(r"<onebit::runtime::(gemv\w+)\([^>]*>:\n((?:.+\n)+)", text):
    functions[name] = [
        line.split("\t", 1)[1] for line in body.splitlines() if MULTIPLY.search(line)
    ]

errors = []
if set(functions) != {"gemvPortable", "gemvAvx2Add", "gemvAvx2MultiplyAdd",
                      "gemvAvx512Add", "gemvAvx512MultiplyAdd"}:  # fmt: skip
    errors.append(f"found the kernels {sorted(functions)}")
for name, found in functions.items():
    if name.endswith("MultiplyAdd") != bool(found):
        errors.append(f"{name}: multiplications {found}")
if errors:
    sys.exit("\n".join(errors))
