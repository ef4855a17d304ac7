"""From torch-mlir's dialect to linalg, in torch-mlir's own context."""
from __future__ import annotations

from typing import Any, List

from ._extras import need
from ._onebit import Error

TO_BACKEND = ("builtin.module(func.func(torch-match-quantized-custom-ops),"
              "torchdynamo-export-to-torch-backend-pipeline{extra-library=})")
ONNX_TO_BACKEND = ("builtin.module(torch-onnx-to-torch-backend-pipeline{"
                   "backend-legal-ops=aten.flatten.using_ints,aten.unflatten.int})")
TO_LINALG = "builtin.module(torch-backend-to-linalg-on-tensors-backend-pipeline)"

# Longer constants than that are not looked at: no weight is a constant here.
_LARGEST_CONSTANT = 64


def make_context(extra: str) -> Any:
    """A context that knows torch-mlir's dialects and tolerates our marks."""
    torch_dialect = need("torch_mlir.dialects.torch", extra)
    ir = need("torch_mlir.ir", extra)
    context = ir.Context()
    torch_dialect.register_dialect(context)
    context.allow_unregistered_dialects = True
    return context


def mark_arguments(function: Any, marks: List[dict]) -> None:
    """One dict of attributes an argument: None is a unit, a str a string."""
    from torch_mlir.ir import ArrayAttr, DictAttr, StringAttr, UnitAttr

    function.arg_attrs = ArrayAttr.get([
        DictAttr.get({name: UnitAttr.get() if value is None else StringAttr.get(value)
                      for name, value in mark.items()}) for mark in marks])


def run(module: Any, *pipelines: str) -> None:
    """Runs pipelines in place. Raises Error with what they say if one fails."""
    from torch_mlir.ir import MLIRError
    from torch_mlir.passmanager import PassManager

    messages: List[str] = []

    def collect(diagnostic: Any) -> bool:
        messages.append(f"{diagnostic.location}: {diagnostic.message}")
        return True

    context = module.context
    handler = context.attach_diagnostic_handler(collect)
    # Some passes say what is wrong and go on: that has to be heard, too.
    before, context.emit_error_diagnostics = context.emit_error_diagnostics, True
    try:
        with context:
            for pipeline in pipelines:
                PassManager.parse(pipeline).run(module)
    except MLIRError as error:
        said = "\n".join(messages) or str(error)
        raise Error(f"torch-mlir cannot lower this program to linalg:\n{said}") from None
    finally:
        context.emit_error_diagnostics = before
        handler.detach()


def print_module(module: Any) -> bytes:
    """Generic form: an op that only torch-mlir knows parses, too."""
    return module.get_asm(
        print_generic_op_form=True, large_elements_limit=_LARGEST_CONSTANT).encode()
