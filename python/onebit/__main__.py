# PYTHON_ARGCOMPLETE_OK
"""The console command ``onebit``: reports, comparisons, figures, and the compiler's
tools as they are."""
from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import List, NoReturn, Optional

from . import Error, __version__, _commands
from ._onebit import CHOICES

TOOLS = ("opt", "translate")
_EPILOG = """\
examples:
  onebit report config.json --context=4096 --array=128x128 --dataflow=ws
  onebit report model.mlir --weights='params*' --format=csv > kernels.csv
  onebit compare small/config.json large/config.json
  onebit plot heatmap */config.json --contexts 512 2048 8192 -o heat.html
  onebit import model.onnx --dim batch=1 | onebit opt --lower-to-systolic --explain

Exit status: 0, 1 for bad input, 2 for a command line that cannot be read."""


def _run_tool(name: str, arguments: List[str]) -> NoReturn:
    inside = Path(__file__).parent / "bin" / f"onebit-{name}"
    tool = str(inside) if inside.exists() else shutil.which(f"onebit-{name}")
    if not tool:
        sys.exit(f"onebit: there is no onebit-{name}, in the package or on the PATH")
    os.execv(tool, [tool, *arguments])


def _add_model_options(command: argparse.ArgumentParser) -> None:
    for option, kind, text in (
            ("phase", ("decode", "prefill"), "of a config: one token, or all of the context"),
            ("context", int, "of a config: keys attended"),
            ("batch", int, "of a config: sequences"),
            ("layers", int, "of a config: only the first N"),
            ("layout", ("real", "paper"), "of a config: as it is, or as the paper counted")):
        if isinstance(kind, tuple):
            command.add_argument(f"--{option}", choices=kind, help=text)
        else:
            command.add_argument(f"--{option}", type=kind, help=text)
    command.add_argument("--dim", action="append", default=[], metavar="NAME=SIZE", dest="dims",
                         help="a size that a file leaves open: of a name (ONNX), of an argument or "
                         "one of its dimensions (MLIR: ids=16, ids:1=16, *=16)")
    command.add_argument("--live", action="store_true",
                         help="of a config: run the model's own code (transformers, torch-mlir)")


def _add_machine_options(command: argparse.ArgumentParser) -> None:
    for option, kind, text in (
            ("array", str, "a name, ROWSxCOLUMNS or a file"),
            ("dataflow", str, "what stays in the array"),
            ("objective", str, "what --dataflow=auto makes least"),
            ("gqa", str, "query heads that share keys and values: a product each, or rows of one"),
            ("masked-folds", str, "folds of scores that a causal mask hides"),
            ("cost-model", str, "the family of prices"),
            ("energy", str, "a process node to add energies of"),
            ("scheme", str, "quantization of weights"),
            ("full-precision", str, "roles that keep their weights, or none"),
            ("activation-bits", int, "2 to 8"),
            ("group-size", int, "weights that share a scale; 0: all of a weight"),
            ("entry", str, "the function to compile"),
            ("weights", str, "which arguments are weights")):
        command.add_argument(f"--{option}", type=kind, help=text,
                             choices=CHOICES.get(option.replace("-", "_")))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onebit", description="What a 1-bit language model costs on a systolic array.",
        epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"onebit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    model = "config.json or its folder, .mlir, .mlirbc or .onnx; - is stdin"

    command = commands.add_parser("report", help="what models cost")
    command.add_argument("models", nargs="+", metavar="MODEL", help=model)
    command.add_argument("--format", choices=("text", "json", "csv"), default="text")
    command.add_argument("--speedups", type=float, nargs="+", default=[], metavar="S",
                         help="points of Amdahl's Law")
    _add_machine_options(command)
    _add_model_options(command)

    command = commands.add_parser("compare", help="two models, or two saved reports, side by side")
    command.add_argument("models", nargs=2, metavar="MODEL", help=f"{model}; or a report in JSON")
    command.add_argument("--format", choices=("text", "json"), default="text")
    _add_machine_options(command)
    _add_model_options(command)

    command = commands.add_parser("import", help="a model as MLIR")
    command.add_argument("model", metavar="MODEL", help=model)
    command.add_argument("-o", dest="output", default="-",
                         help="a file, .mlirbc for bytecode (default: text on stdout)")
    _add_model_options(command)

    command = commands.add_parser("plot", help="a figure as .png, .svg, .pdf or .html")
    command.add_argument("figure", choices=tuple(_commands.FIGURES), help=(
        "amdahl: speedup against that of a part; heatmap: the MatMul-free fraction over models "
        "and contexts; dataflows: cycles of each"))
    command.add_argument("models", nargs="+", metavar="MODEL", help=model)
    command.add_argument("-o", dest="output", required=True, help="the file to write")
    command.add_argument("--contexts", type=int, nargs="+", metavar="N",
                         help="of a heat map or of Amdahl's curves, instead of --context")
    command.add_argument("--arrays", nargs="+", metavar="ARRAY",
                         help="side by side, instead of --array")
    command.add_argument("--basis", default="cycles", help="cycles or sram_accesses")
    _add_machine_options(command)
    _add_model_options(command)

    for tool in TOOLS:
        commands.add_parser(tool, help=f"onebit-{tool}, with its arguments", add_help=False)
    return parser


def main(arguments: Optional[List[str]] = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in TOOLS:
        _run_tool(arguments[0], arguments[1:])
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
    given = {key: value for key, value in vars(parser.parse_args(arguments)).items()
             if value is not None}
    try:
        getattr(_commands, f"{given.pop('command')}_command")(**given)
        sys.stdout.flush()
    except (Error, ImportError, OSError, TypeError, ValueError) as error:
        if isinstance(error, BrokenPipeError):
            # Who read has enough; what is still buffered has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        named = isinstance(error, OSError) and error.filename
        print(f"{error.filename}: {error.strerror}" if named else error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
