import glob
import os
import shutil

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "onebit"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["lit.cfg.py", "lit.site.cfg.py", "Inputs", "data", "unit", "benchmark"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.onebit_binary_dir, "test")

config.environment["FILECHECK_OPTS"] = (
    "-enable-var-scope --allow-unused-prefixes=false"
)
# Containers of the archives are not instrumented; their poison is not ours.
config.environment["ASAN_OPTIONS"] = "allow_user_poisoning=false"
if config.onebit_sanitize:
    config.available_features.add("sanitizers")
    config.environment["ONEBIT_SANITIZERS"] = "1"

# Every input of onebit-opt must survive text and bytecode.
opt_args = []
if os.environ.get("ONEBIT_OPT_CHECK_IR_ROUNDTRIP"):
    opt_args.append("--verify-roundtrip")
    config.available_features.add("roundtrip")
    # Scripts call the tools by path, without the flag.
    config.suffixes.remove(".py")

llvm_config.add_tool_substitutions(
    [
        ToolSubst("onebit-opt", extra_args=opt_args, unresolved="fatal"),
        ToolSubst("onebit-translate", unresolved="fatal"),
        ToolSubst("onebit-run", unresolved="fatal"),
        ToolSubst("onebit-reduce", unresolved="fatal"),
        ToolSubst("FileCheck", unresolved="fatal"),
        ToolSubst("not", unresolved="fatal"),
        ToolSubst("mlir-opt", unresolved="fatal"),
        ToolSubst("mlir-runner", unresolved="fatal"),
        ToolSubst("mlir-tblgen", unresolved="fatal"),
        ToolSubst("split-file", unresolved="fatal"),
    ],
    [os.path.join(config.onebit_binary_dir, "bin"), config.llvm_tools_dir],
)

config.substitutions.append(("%source_dir", config.onebit_source_dir))
config.substitutions.append(("%binary_dir", config.onebit_binary_dir))

# ccache tells compilations apart by their locale: what a test compiles is to be found
# where the build has compiled it.
for name in ("LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# Python for tests: the environment of tools/dev, where it has been made. What
# it holds is a feature, so that `REQUIRES: numpy` says what a test needs.
venv = os.path.join(config.onebit_source_dir, "build", "venv")
python = os.path.join(venv, "bin", "python")
if os.path.exists(python):
    for package in ("argcomplete", "auditwheel", "flax", "gguf", "iree", "jax", "jsonschema", "numpy", "onnx",
                    "onnxscript", "safetensors", "scikit_build_core", "torch", "torch_mlir", "transformers"):
        if glob.glob(os.path.join(venv, "lib", "python3*", "site-packages", package)):
            config.available_features.add(package)
else:
    python = config.host_python
config.substitutions.append(("%python", python))
if shutil.which("chromium-headless-shell"):
    config.available_features.add("chromium")
if config.onebit_python:
    config.available_features.add("onebit-python")

# SCALE-Sim, where tools/dev has made its environment.
scale_sim = os.path.join(config.onebit_source_dir, "build", "venv-scale-sim")
if os.path.exists(os.path.join(scale_sim, "version-2", "scalesim")):
    config.available_features.add("scale-sim")
config.substitutions.append(
    ("%scale_sim_python", os.path.join(scale_sim, "bin", "python"))
)
config.substitutions.append(("%scale_sim_v2", os.path.join(scale_sim, "version-2")))

# Reference data outside the project; every test runs without it, too.
test_data = os.environ.get("ONEBIT_TEST_DATA", "")
if test_data:
    config.environment["ONEBIT_TEST_DATA"] = os.path.abspath(test_data)
