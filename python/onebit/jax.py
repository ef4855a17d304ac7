"""JAX functions: traced, lowered to StableHLO, legalized to linalg."""
from __future__ import annotations

import contextlib
import inspect
from typing import Any, Callable, Iterator, List, Tuple

from . import _stablehlo
from ._extras import need
from ._names import is_cache
from ._onebit import Module
from ._progress import Steps

# A scan of so many steps or fewer is over layers, and written out.
_LONGEST_UNROLLED = 512


def from_jax(fn: Callable[..., Any], params: Any, *args: Any, **kwargs: Any) -> Module:
    """The matrix products of a JAX function called with these arguments.

    fn: called as ``fn(params, *args, **kwargs)``; jitted or not. Of Flax, a module's
        ``apply`` with its variables.
    params: a tree of weights. A leaf's path becomes the weight's name:
        ``layers.0.attn.wq``. A leaf is an array or a ``jax.ShapeDtypeStruct``, so
        nothing need be allocated.
    args, kwargs: trees of activations; what is called ``cache``, ``kv``, ``past`` or
        ``state`` there is a cache.

    Functions are inlined and scans over layers (512 steps at most) written out, so each
    layer has its own products. Needs ``pip install onebit[jax]``.
    """
    jax = need("jax", "jax")
    with Steps("jax", 2) as progress:
        progress.step("trace")
        tree = ((params, *args), kwargs)
        leaves, structure = jax.tree_util.tree_flatten(tree)
        marks = _make_marks(jax, fn, tree)

        def flat(*values: Any) -> Any:
            call_args, call_kwargs = jax.tree_util.tree_unflatten(structure, values)
            return jax.tree_util.tree_leaves(fn(*call_args, **call_kwargs))

        program = jax.make_jaxpr(flat)(*leaves)
        lowered = jax.jit(_written_out(jax, program), keep_unused=True).lower(
            *(jax.ShapeDtypeStruct(aval.shape, aval.dtype) for aval in program.in_avals))
        progress.step("lower")
        module = lowered.compiler_ir("stablehlo")
        _mark(module, marks)
        return Module.parse(_stablehlo.lower(module, "<jax>"), "<jax>")


def _make_marks(jax: Any, fn: Callable[..., Any], tree: Any) -> List[Tuple[str, str]]:
    """A mark and its name for each leaf."""
    try:
        known = inspect.signature(fn).parameters.values()
        names = [p.name for p in known
                 if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):
        names = []
    marks = []
    for path, _ in jax.tree_util.tree_flatten_with_path(tree)[0]:
        place, (first, *rest) = path[0].idx, path[1:]
        name = jax.tree_util.keystr(tuple(rest), simple=True, separator=".")
        if place == 0 and first.idx == 0:
            marks.append(("decoder.weight", name or "params"))
            continue
        top = first.key if place == 1 else (
            names[first.idx] if first.idx < len(names) else f"arg{first.idx}")
        name = f"{top}.{name}" if name else str(top)
        marks.append(("decoder.cache" if is_cache(name) else "decoder.activation", name))
    return marks


def _mark(module: Any, marks: List[Tuple[str, str]]) -> None:
    from jaxlib.mlir import ir

    with module.context:
        function = next(op for op in module.body.operations
                        if op.operation.name == "func.func" and op.sym_name.value == "main")
        function.operation.attributes["arg_attrs"] = ir.ArrayAttr.get(
            [ir.DictAttr.get({mark: ir.StringAttr.get(name)}) for mark, name in marks])


@contextlib.contextmanager
def _place(eqn: Any) -> Iterator[None]:
    """Where and under which settings an equation was written: not here."""
    with contextlib.ExitStack() as stack:
        # Of no public module. Without them, locations are those of this file.
        with contextlib.suppress(ImportError, AttributeError):
            from jax._src import source_info_util

            source_info_util.register_exclusion(__file__)
            stack.enter_context(source_info_util.user_context(eqn.source_info.traceback))
            stack.enter_context(eqn.ctx.manager)
        yield


def _written_out(jax: Any, closed: Any) -> Callable[..., Any]:
    """The function of a jaxpr with calls inlined and short scans unrolled."""
    from jax.extend.core import ClosedJaxpr, Literal

    lax = jax.lax

    def evaluate(jaxpr: Any, constants: Any, *arguments: Any) -> List[Any]:
        values = dict(zip((*jaxpr.constvars, *jaxpr.invars), (*constants, *arguments)))

        def read(atom: Any) -> Any:
            return atom.val if isinstance(atom, Literal) else values[atom]

        for eqn in jaxpr.eqns:
            inputs = [read(atom) for atom in eqn.invars]
            body = eqn.params.get("jaxpr", eqn.params.get("call_jaxpr"))
            if eqn.primitive.name == "scan" and eqn.params["length"] <= _LONGEST_UNROLLED:
                outputs = scan(eqn.params, inputs)
            elif eqn.primitive.name in ("jit", "pjit", "closed_call", "core_call", "remat", "checkpoint",
                                        "custom_jvp_call", "custom_vjp_call") and body is not None:
                inner, consts = ((body.jaxpr, body.consts) if isinstance(body, ClosedJaxpr)
                                 else (body, ()))
                outputs = evaluate(inner, consts, *inputs)
            else:
                bound = eqn.primitive.get_bind_params(eqn.params)
                # Up to 0.9 the functions are a value of their own.
                functions, params = bound if isinstance(bound, tuple) else ((), bound)
                with _place(eqn):
                    outputs = eqn.primitive.bind(*functions, *inputs, **params)
                if not eqn.primitive.multiple_results:
                    outputs = [outputs]
            values.update(zip(eqn.outvars, outputs))
        return [read(atom) for atom in jaxpr.outvars]

    def scan(params: Any, inputs: List[Any]) -> List[Any]:
        body, length = params["jaxpr"], params["length"]
        first, second = params["num_consts"], params["num_consts"] + params["num_carry"]
        constants, carry, stacked = inputs[:first], inputs[first:second], inputs[second:]
        steps = []
        for i in reversed(range(length)) if params["reverse"] else range(length):
            each = [lax.index_in_dim(x, i, keepdims=False) for x in stacked]
            outputs = evaluate(body.jaxpr, body.consts, *constants, *carry, *each)
            carry = outputs[:params["num_carry"]]
            steps.append(outputs[params["num_carry"]:])
        if params["reverse"]:
            steps.reverse()
        return [*carry, *(jax.numpy.stack(column) for column in zip(*steps))]

    return lambda *arguments: evaluate(closed.jaxpr, closed.consts, *arguments)
