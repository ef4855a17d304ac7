"""PyTorch modules: torch.export, then torch-mlir to linalg."""
from __future__ import annotations

import contextlib
import copy
import warnings
from typing import Any, Dict, Iterator, List

from . import _torch_mlir
from ._extras import need
from ._names import is_cache
from ._onebit import Module
from ._progress import Steps


def from_torch(module: Any, /, *args: Any, **kwargs: Any) -> Module:
    """The matrix products of a PyTorch module called with these arguments.

    module: a ``torch.nn.Module``, or a ``torch.export.ExportedProgram`` (then without
        arguments). A module is exported as it is in evaluation. Its parameters are not
        copied, and may be on the meta device or fake: a tensor of any kind is a shape
        here.
    args, kwargs: what it is called with.

    Parameters and buffers become arguments with their names (``decoder.weight``);
    buffers and inputs that the module writes to, and inputs named after what they are
    (``past_key_values``, ``kv_cache``), become caches (``decoder.cache``); the other
    inputs are activations. Needs ``pip install onebit[torch]``.
    """
    torch = need("torch", "torch")
    need("torch_mlir", "torch")
    with Steps("torch", 3) as progress:
        progress.step("export")
        if isinstance(module, torch.export.ExportedProgram):
            if args or kwargs:
                raise TypeError("an exported program has its arguments already")
            program = module
        elif isinstance(module, torch.nn.Module):
            program = export(module, args, kwargs)
        else:
            raise TypeError(f"expected a torch.nn.Module or an ExportedProgram, not "
                            f"{type(module).__name__}")
        return from_program(program, progress)


def export(module: Any, args: tuple, kwargs: Dict[str, Any]) -> Any:
    """The program of one call of `module`, without a look at a number in it."""
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.utils._pytree import tree_map

    tensors = [*module.parameters(), *module.buffers()]
    with contextlib.ExitStack() as stack:
        stack.enter_context(evaluation(module))
        if any(tensor.is_meta for tensor in tensors):
            module = copy.deepcopy(module)
            stack.enter_context(FakeTensorMode(allow_non_fake_inputs=True))

            def fake(value: Any) -> Any:
                if not isinstance(value, torch.Tensor):
                    return value
                return torch.empty_strided(
                    value.shape, value.stride(), dtype=value.dtype, device="cpu")

            for owner in module.modules():
                for store in (owner._parameters, owner._buffers):
                    for name, tensor in store.items():
                        if tensor is not None and tensor.is_meta:
                            store[name] = fake(tensor) if store is owner._buffers else (
                                torch.nn.Parameter(fake(tensor), requires_grad=False))
            args, kwargs = tree_map(fake, (args, kwargs))
        return torch.export.export(module, args, kwargs, strict=False)


def from_program(program: Any, progress: Steps, prefix: str = "") -> Module:
    """Of an ExportedProgram. `prefix` is taken off the names of parameters."""
    from torch_mlir.extras.fx_importer import FxImporter

    from ._torch_decompositions import make_table

    progress.step("decompose")
    with warnings.catch_warnings():
        # torch copies trees of a kind that it has deprecated.
        warnings.simplefilter("ignore", FutureWarning)
        program = program.run_decompositions(make_table())
    marks = _make_arguments(program, prefix)
    progress.step("lower")
    context = _torch_mlir.make_context("torch")
    with context:
        importer = FxImporter(context=context)
        _torch_mlir.mark_arguments(importer.import_program(program), marks)
    module = importer.module.operation
    _torch_mlir.run(module, _torch_mlir.TO_BACKEND, _torch_mlir.TO_LINALG)
    return Module.parse(_torch_mlir.print_module(module), "<torch>")


@contextlib.contextmanager
def evaluation(module: Any) -> Iterator[None]:
    """No gradients, no dropout and nothing compiled; afterwards as it was."""
    import torch

    training = [child for child in module.modules() if child.training]
    module.eval()
    try:
        # BitNet's methods are wrapped in torch.compile, which takes no fake tensors.
        with torch.no_grad(), torch._dynamo.config.patch(disable=True):
            yield
    finally:
        for child in training:
            child.training = True


def _make_arguments(program: Any, prefix: str) -> List[dict]:
    """Makes every tensor that goes in an argument, and every one that is written to a
    result. Returns the marks of the arguments."""
    from torch.export.graph_signature import (
        ConstantArgument, InputKind, OutputKind, SymIntArgument)

    signature = program.graph_signature
    written = {OutputKind.BUFFER_MUTATION, OutputKind.USER_INPUT_MUTATION,
               getattr(OutputKind, "PARAMETER_MUTATION", None)}
    updated = {spec.target for spec in signature.output_specs if spec.kind in written}
    marks = []
    for spec in signature.input_specs:
        if isinstance(spec.arg, (ConstantArgument, SymIntArgument)):
            if isinstance(spec.arg, SymIntArgument):
                marks.append({"decoder.activation": None})
            continue
        if spec.kind in (InputKind.PARAMETER, InputKind.BUFFER):
            name = spec.target[len(prefix):] if spec.target.startswith(prefix) else spec.target
            marks.append({"decoder.cache": name} if spec.target in updated
                         else {"decoder.weight": name})
            spec.kind = InputKind.USER_INPUT
        elif spec.kind == InputKind.USER_INPUT:
            name = spec.arg.name
            cache = name in updated or is_cache(name)
            marks.append({"decoder.cache" if cache else "decoder.activation": name})
    for spec in signature.output_specs:
        if spec.kind in written:
            spec.kind = OutputKind.USER_OUTPUT
    return marks
