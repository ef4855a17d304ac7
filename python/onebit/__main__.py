"""The console command ``onebit``: a report, or the compiler's tools as they are."""
from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import List, NoReturn, Optional

from . import Error, __version__, report

TOOLS = ("opt", "translate")


def _run_tool(name: str, arguments: List[str]) -> NoReturn:
    inside = Path(__file__).parent / "bin" / f"onebit-{name}"
    tool = str(inside) if inside.exists() else shutil.which(f"onebit-{name}")
    if not tool:
        sys.exit(f"onebit: there is no onebit-{name}, in the package or on the PATH")
    os.execv(tool, [tool, *arguments])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onebit", description="What a 1-bit language model costs on a systolic array.")
    parser.add_argument("--version", action="version", version=f"onebit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("report", help="what a model costs")
    command.add_argument("model", help="config.json or its folder, .mlir or .mlirbc")
    command.add_argument("--format", choices=("text", "json", "csv"), default="text")
    for option, kind, text in (
            ("array", str, "a name, ROWSxCOLUMNS or a file"),
            ("dataflow", str, "os, ws, is or auto"),
            ("cost-model", str, "the family of prices"),
            ("scheme", str, "b1 or b1.58"),
            ("full-precision", str, "roles that keep their weights, or none"),
            ("activation-bits", int, "2 to 8"),
            ("entry", str, "the function to compile"),
            ("weights", str, "which arguments are weights"),
            ("phase", str, "of a config: decode or prefill"),
            ("context", int, "of a config: keys attended"),
            ("batch", int, "of a config: sequences"),
            ("layers", int, "of a config: only the first N"),
            ("layout", str, "of a config: real or paper")):
        command.add_argument(f"--{option}", type=kind, help=text)
    command.add_argument("--speedups", type=float, nargs="+", default=[], metavar="S",
                         help="points of Amdahl's Law")
    for tool in TOOLS:
        commands.add_parser(tool, help=f"onebit-{tool}, with its arguments", add_help=False)
    return parser


def main(arguments: Optional[List[str]] = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in TOOLS:
        _run_tool(arguments[0], arguments[1:])
    given = vars(_parser().parse_args(arguments))
    given.pop("command")
    model, form = given.pop("model"), given.pop("format")
    try:
        result = report(model, **{key: value for key, value in given.items() if value is not None})
    except (Error, TypeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    text = {"text": repr, "json": type(result).to_json, "csv": type(result).to_csv}[form](result)
    print(text.rstrip("\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
