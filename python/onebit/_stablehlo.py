"""StableHLO to linalg, in jaxlib's own context."""
from __future__ import annotations

import contextlib
from typing import Any, Iterator, List, Optional

from ._extras import need
from ._onebit import Error


def legalize(source: bytes, name: str) -> bytes:
    """Linalg text of StableHLO text or bytecode. `name` stands in errors."""
    need("jaxlib", "jax")
    from jaxlib.mlir import ir
    from jaxlib.mlir._mlir_libs import _jax_mlir_ext
    from jaxlib.mlir.dialects import chlo, stablehlo

    context = ir.Context()
    registry = ir.DialectRegistry()
    _jax_mlir_ext.register_dialects(registry)
    context.append_dialect_registry(registry)
    context.load_all_available_dialects()
    chlo.register_dialect(context)
    stablehlo.register_dialect(context)
    context.allow_unregistered_dialects = True
    with context:
        try:
            module = ir.Module.parse(source)
        except ir.MLIRError as error:
            raise Error(f"{name}: jaxlib cannot read this StableHLO:\n{error}") from None
        return lower(module, name)


def lower(module: Any, name: str) -> bytes:
    """Linalg text of a module of jaxlib, which is changed."""
    from jaxlib.mlir import ir
    from jaxlib.mlir.dialects import stablehlo
    from jaxlib.mlir.passmanager import PassManager

    stablehlo.register_stablehlo_passes()
    context = module.context
    context.allow_unregistered_dialects = True
    # Without its extension, the inliner leaves the calls of func. The program is the
    # same with them, and a loop's body that is called is only harder to read.
    with contextlib.suppress(ImportError):
        from jaxlib.mlir._mlir_libs import _mosaic_gpu_ext

        _mosaic_gpu_ext.register_inliner_extensions(context)
    passes = ["func.func(chlo-legalize-to-stablehlo)"]
    if any(op.name.startswith("sdy.") for op in _walk(module.operation)):
        passes.insert(0, "sdy-drop-sharding-and-mesh")
    try:
        with context:
            PassManager.parse(f"builtin.module({','.join(passes)})").run(module.operation)
            for op in _walk(module.operation):
                # How exactly to multiply is of no account, and keeps the pass from it.
                if op.name == "stablehlo.dot_general" and "algorithm" in op.attributes:
                    del op.attributes["algorithm"]
            with ir.Location.unknown(context):
                _convert_loops(module.operation)
            # Calls in a loop are inlined only in one of scf.
            PassManager.parse("builtin.module(inline,symbol-dce,stablehlo-legalize-to-linalg)").run(
                module.operation)
    except ir.MLIRError as error:
        raise Error(f"{name}: cannot lower this StableHLO to linalg:\n{error}") from None
    # What is left of StableHLO parses elsewhere in generic form only.
    left = any(op.name.startswith(("stablehlo.", "chlo.")) for op in _walk(module.operation))
    return module.operation.get_asm(
        enable_debug_info=True, large_elements_limit=64, print_generic_op_form=left).encode()


def _walk(op: Any) -> Iterator[Any]:
    """`op` and what is in it, the innermost first."""
    for region in op.regions:
        for block in region:
            for inner in list(block):
                yield from _walk(inner.operation)
    yield op


def _convert_loops(module: Any) -> None:
    """stablehlo.while to scf.for where it counts from one constant to another, to
    scf.while elsewhere. The pass to linalg does neither."""
    for loop in list(_walk(module)):
        if loop.name == "stablehlo.while":
            bounds = _bounds(loop)
            new = _make_while(loop) if bounds is None else _make_for(loop, *bounds)
            for old, result in zip(list(loop.results), new):
                old.replace_all_uses_with(result)
            loop.erase()


def _constant(value: Any) -> Optional[int]:
    """What an integer constant of one element holds."""
    from jaxlib.mlir import ir

    owner = value.owner
    if isinstance(owner, ir.Block) or owner.name != "stablehlo.constant":
        return None
    try:
        elements = ir.DenseIntElementsAttr(owner.attributes["value"])
    except ValueError:
        return None
    return elements[0] if len(elements) == 1 else None


def _bounds(loop: Any) -> Optional[tuple]:
    """Lower bound, upper bound and step of a loop that counts, or None."""
    from jaxlib.mlir import ir

    condition, body = (region.blocks[0] for region in loop.regions)
    test = list(condition)[-1].operands[0].owner
    if isinstance(test, ir.Block) or test.name != "stablehlo.compare" or (
            "LT" not in str(test.attributes["comparison_direction"])):
        return None
    counter = next((i for i, arg in enumerate(condition.arguments) if arg == test.operands[0]), None)
    if counter is None:
        return None
    # A constant may stand before the loop and go around with it.
    limit = test.operands[1]
    around = next((i for i, arg in enumerate(condition.arguments) if arg == limit), None)
    returned = list(body)[-1].operands
    if around is not None:
        if returned[around] != body.arguments[around]:
            return None
        limit = loop.operands[around]
    add = returned[counter].owner
    if isinstance(add, ir.Block) or add.name != "stablehlo.add":
        return None
    steps = [value for value in add.operands if value != body.arguments[counter]]
    if len(steps) != 1:
        return None
    first, last, step = (_constant(value) for value in (loop.operands[counter], limit, steps[0]))
    if first is None or last is None or step is None or step <= 0:
        return None
    return first, last, step


def _make_for(loop: Any, lower_bound: int, upper_bound: int, step: int) -> List[Any]:
    from jaxlib.mlir import ir
    from jaxlib.mlir.dialects import arith, scf

    with ir.InsertionPoint(loop):
        index = ir.IndexType.get()
        bounds = [arith.constant(index, ir.IntegerAttr.get(index, value))
                  for value in (lower_bound, upper_bound, step)]
        new = scf.ForOp(*bounds, list(loop.operands))
    _take(loop.regions[1].blocks[0], new.body, list(new.inner_iter_args), "scf.yield")
    return list(new.results)


def _make_while(loop: Any) -> List[Any]:
    from jaxlib.mlir import ir

    types = [value.type for value in loop.operands]
    with ir.InsertionPoint(loop):
        new = ir.Operation.create("scf.while", results=types, operands=list(loop.operands), regions=2)
    for region, old, terminator in zip(new.regions, loop.regions, ("scf.condition", "scf.yield")):
        block = ir.Block.create_at_start(region, types)
        _take(old.blocks[0], block, list(block.arguments), terminator)
    return list(new.results)


def _take(old: Any, new: Any, arguments: List[Any], terminator: str) -> None:
    """Moves what is in the block `old` to the end of `new`, under another terminator."""
    from jaxlib.mlir import ir

    for argument, replacement in zip(old.arguments, arguments):
        argument.replace_all_uses_with(replacement)
    *inner, last = [op.operation for op in old]
    with ir.InsertionPoint(new):
        values = list(last.operands)
        # Placed first, so that the others can be moved before it.
        end = ir.Operation.create("arith.constant", results=[ir.IntegerType.get_signless(1)],
                                  attributes={"value": ir.BoolAttr.get(False)})
    for op in inner:
        op.move_before(end)
    with ir.InsertionPoint(new):
        if terminator == "scf.condition":
            flag = ir.Operation.create(
                "tensor.extract", results=[ir.IntegerType.get_signless(1)], operands=values).result
            values = [flag, *arguments]
        ir.Operation.create(terminator, operands=values)
    last.erase()
    end.erase()
