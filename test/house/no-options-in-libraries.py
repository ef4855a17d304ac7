# A library is loaded by tools, plugins and Python side by side: a global option
# in it would be registered twice, or in a process that has no command line.
#
# RUN: %python %s %source_dir

import os
import re
import sys

OPTION = re.compile(r"\bcl::(opt|list|bits|alias|ParseCommandLineOptions)\b")

root = sys.argv[1]
files = 0
errors = []
for top in ("dialects", "include", "lib"):
    for directory, _, names in os.walk(os.path.join(root, top)):
        for name in names:
            if not name.endswith((".h", ".cpp", ".td")):
                continue
            files += 1
            path = os.path.join(directory, name)
            with open(path, encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    if OPTION.search(line.split("//")[0]):
                        errors.append(f"{path}:{number}: {line.strip()}")

if not files:
    errors.append("found no file")
if errors:
    sys.exit("\n".join(errors))
