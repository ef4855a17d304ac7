# Every MLIR example in a page parses and survives text and bytecode, and every
# op's page has one or says where it is.
#
# RUN: %python %s %source_dir %binary_dir/bin/onebit-opt

import glob
import re
import subprocess
import sys

root, opt = sys.argv[1:]
pages = [
    page
    for pattern in ("*.md", "docs/**/*.md", "dialects/**/*.md", "test/**/*.md")
    for page in glob.glob(f"{root}/{pattern}", recursive=True)
]
errors = []
examples = 0

for page in pages:
    with open(page, encoding="utf-8") as file:
        lines = file.read().split("\n")

    # All other lines go blank, so that a diagnostic has the page's line number.
    code = []
    inside = False
    for line in lines:
        if not inside and line.strip() == "```mlir":
            inside = True
            examples += 1
            code.append("// -----")
        elif inside and line.strip() == "```":
            inside = False
            code.append("")
        else:
            code.append(line if inside else "")
    if "// -----" in code:
        run = subprocess.run(
            [opt, "-", "-o", "/dev/null", "--split-input-file", "--verify-roundtrip"],
            input="\n".join(code),
            capture_output=True,
            text=True,
        )
        if run.returncode:
            errors.append(run.stderr.replace("<stdin>", page))

    if "/generated/" in page:
        for section in re.split(r"^### ", "\n".join(lines), flags=re.M)[1:]:
            title = section.split("\n", 1)[0]
            if re.match(r"`\w+\.\w+` \(::", title):
                if "```mlir" not in section and "Example: see `" not in section:
                    errors.append(f"{page}: {title} has no example")

if not examples:
    errors.append("found no example")
if errors:
    sys.exit("\n".join(errors))
