"""The products of a torch.export program, counted in its graph: by ATen's operations and
the lineage of their operands. Shares nothing with the package."""
import math
from collections import Counter

import torch
from torch.export.graph_signature import InputKind

NEUTRAL, WEIGHT, PICKED, ACTIVATION = range(4)
aten = torch.ops.aten
# Of these, the first operand is what is read and the others say where.
PICKS = {aten.index.Tensor, aten.index_select.default, aten.embedding.default, aten.gather.default}


def count(program, prefix=""):
    """A Counter of (class, weight or None, batch, m, n, k)."""
    lineage, names, result = {}, {}, Counter()
    for spec, node in zip(program.graph_signature.input_specs,
                          (n for n in program.graph.nodes if n.op == "placeholder")):
        if spec.kind == InputKind.USER_INPUT:
            lineage[node] = ACTIVATION
        elif spec.kind == InputKind.CONSTANT_TENSOR:
            lineage[node] = NEUTRAL
        else:
            lineage[node], names[node] = WEIGHT, spec.target.removeprefix(prefix).removesuffix(".weight")
    for node in program.graph.nodes:
        if node.op != "call_function":
            continue
        inputs = node.all_input_nodes
        levels = [lineage.get(i, NEUTRAL) for i in inputs]
        level = max(levels, default=NEUTRAL)
        if node.target in PICKS and levels[0] == WEIGHT and level == ACTIVATION:
            level = PICKED
        lineage[node] = level
        weights = [i for i, l in zip(inputs, levels) if l in (WEIGHT, PICKED) and i in names]
        if weights and level in (WEIGHT, PICKED):
            names[node] = names[max(weights, key=size)]
        for row in products(node):
            classify(result, lineage, names, *row)
            lineage[node] = ACTIVATION
    return result


def size(node):
    value = node.meta["val"]
    return sum(v.numel() for v in (value if isinstance(value, (list, tuple)) else (value,)))


def shape(node):
    return tuple(node.meta["val"].shape)


def products(node):
    """(left, right, batch, m, n, k) of each product that a node computes."""
    target, args = node.target, node.args
    if target == aten.linear.default:
        x, w = args[:2]
        yield x, w, 1, math.prod(shape(x)[:-1]), shape(w)[0], shape(w)[1]
    elif target in (aten.mm.default, aten.matmul.default, aten.bmm.default,
                    aten.addmm.default, aten.baddbmm.default):
        a, b = args[-2:] if target in (aten.mm.default, aten.matmul.default, aten.bmm.default) else args[1:3]
        (*left, m, k), (*right, _, n) = shape(a), shape(b)
        # Where one side is a matrix, the batch is rows or columns of the other.
        if not right:
            left, m = (), math.prod(left) * m
        elif not left:
            right, n = (), math.prod(right) * n
        yield a, b, math.prod(torch.broadcast_shapes(left, right)), m, n, k
    elif target == aten.scaled_dot_product_attention.default:
        q, k, v = args[:3]
        (*batch, m, e), (n, f) = shape(q), shape(v)[-2:]
        yield q, k, math.prod(batch), m, n, e
        yield None, v, math.prod(batch), m, f, n
    else:
        # Nothing that this does not know may pass for nothing.
        assert not any(word in str(target) for word in ("mm", "matmul", "einsum", "dot_product", "mv")) or (
            target == aten.mul.Tensor), target


def classify(result, lineage, names, a, b, batch, m, n, k):
    left, right = (ACTIVATION if x is None else lineage.get(x, NEUTRAL) for x in (a, b))
    if k == 1 or NEUTRAL in (left, right):
        return
    if left == right:
        assert left == ACTIVATION, (a, b)
        result["attention", None, batch, m, n, k] += 1
        return
    # W x^T is x W^T.
    if left < right:
        a, b, m, n = b, a, n, m
    result["projection", names[b], batch, m, n, k] += 1
