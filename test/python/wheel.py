# RUN: %python %s %source_dir %binary_dir
# REQUIRES: onebit-python, auditwheel, scikit_build_core
"""`pip install` of a wheel that auditwheel repaired, into an empty environment: the
package and its tools work there, with no LLVM loaded."""
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path

SOURCE, BUILD = Path(sys.argv[1]), Path(sys.argv[2])
# As deep as the build folder, and by the same programs: what is compiled there is
# found in ccache.
WHEEL = BUILD.with_name(f"{BUILD.name}-wheel")
CONFIG = SOURCE / "docs/examples/bitnet-b1.58-2b-4t.json"
CACHE = dict(re.findall(r"^(\w+):\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.M))
PROGRAMS = [sysconfig.get_path("scripts"), Path(CACHE["CMAKE_COMMAND"]).parent, Path(CACHE["CMAKE_MAKE_PROGRAM"]).parent]
ENVIRONMENT = {**os.environ, "PATH": ":".join([*map(str, PROGRAMS), os.environ["PATH"]]),
               "CC": CACHE["CMAKE_C_COMPILER"], "CXX": CACHE["CMAKE_CXX_COMPILER"],
               # What the build folder compiled is not compiled again.
               "CCACHE_BASEDIR": str(SOURCE), "CCACHE_NOHASHDIR": "1"}


def run(*command, env=ENVIRONMENT):
    p = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=env)
    assert p.returncode == 0, f"{command}:\n{p.stdout[-2000:]}\n{p.stderr[-4000:]}"
    return p


start = time.monotonic()
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    # The build folder stays, so that the next time only what changed is built.
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "built",
        f"--config-settings=build-dir={WHEEL}", SOURCE)
    built, = (folder / "built").glob("onebit-*.whl")
    run(sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", folder / "repaired", built)
    wheel, = (folder / "repaired").glob("onebit-*.whl")
    assert re.search(r"-manylinux_\d+_\d+_\w+\.whl$", wheel.name), wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in ("onebit/py.typed", "onebit/_onebit.pyi", "onebit/bin/onebit-opt", "onebit/bin/onebit-translate"):
        assert wanted in names, (wanted, names)
    for name in names:
        assert not re.search(r"lib(LLVM|MLIR|mlir)", name), name
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB after {time.monotonic() - start:.0f} s")

    run(sys.executable, "-m", "venv", folder / "venv")
    run(folder / "venv/bin/pip", "install", "--no-index", "--no-deps", wheel)
    # Nothing of this environment, and the loader tells what it loads.
    bare = {"PATH": f"{folder / 'venv/bin'}:/usr/bin:/bin", "HOME": str(folder), "LD_DEBUG": "files"}
    code = ("import json, sys, onebit\n"
            f"report = onebit.report({str(CONFIG)!r}, context=77, layers=1)\n"
            "print(json.dumps([onebit.__file__, sorted(m for m in sys.modules if '.' not in m), report.to_dict()]))")
    p = run(folder / "venv/bin/python", "-c", code, env=bare)
    where, modules, got = json.loads(p.stdout)
    assert Path(where).is_relative_to(folder), where
    assert not {"numpy", "torch", "jax", "matplotlib", "pandas"} & set(modules)
    command = run(folder / "venv/bin/onebit", "report", CONFIG, "--context=77", "--layers=1", "--format=json", env=bare)
    tool = run(folder / "venv/bin/onebit", "opt", "--version", env=bare)
    assert tool.stdout.startswith("onebit "), tool.stdout
    for loaded in (p.stderr, command.stderr, tool.stderr):
        assert "calling init" in loaded and not re.search(r"lib(LLVM|MLIR|mlir)[\w.-]*\.so|/usr/lib/llvm", loaded)

    imported = run(BUILD / "bin/onebit-translate", "--import-hf-config", "--context=77", "--layers=1", CONFIG).stdout
    want = subprocess.run([BUILD / "bin/onebit-opt", "--lower-to-systolic", "--report=json"], input=imported,
                          capture_output=True, text=True, check=True).stdout
    assert json.loads(command.stdout) == got
    assert {**got, "assumptions": []} == {**json.loads(want), "assumptions": []}
