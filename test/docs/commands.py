# RUN: %python %s %source_dir %binary_dir/bin
"""Runs the commands that the documentation shows.

In a ```console block a line `$ command` is run from the project's root and the
lines below it are what it prints, exactly; a line `...` stands for any lines.
Commands of tools/dev are the build itself and are not run from inside it; what Python
prints is compared by test/python/tiny-bitnet.py.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

SOURCE, BIN = Path(sys.argv[1]), sys.argv[2]
PAGES = [SOURCE / "README.md", *sorted((SOURCE / "docs").glob("*.md")),
         *sorted((SOURCE / "dialects").rglob("*.md"))]
env = dict(os.environ, PATH=BIN + os.pathsep + os.environ["PATH"], NO_COLOR="1")
env.pop("COLUMNS", None)
ran = failed = 0


def matches(want, got):
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n"
                      for line in want)
    return re.fullmatch(pattern, got) is not None


for page in PAGES:
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.S):
        steps = []
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
        for command, want in steps:
            if command.startswith(("tools/dev", "git clone", "build/venv/")):
                continue
            # The documents say build/bin, wherever the build under test is.
            shell = command.replace("build/bin/", "")
            run = subprocess.run(["bash", "-c", shell], cwd=SOURCE, env=env, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            ran += 1
            shows_error = any("error:" in line for line in want)
            if (run.returncode != 0) != shows_error or (want and not matches(want, run.stdout)):
                failed += 1
                print(f"{page.relative_to(SOURCE)}: $ {command}\nexit {run.returncode}\n{run.stdout}")

print(f"{ran} commands, {failed} failed")
sys.exit(failed > 0 or ran == 0)
