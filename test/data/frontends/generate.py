"""Writes the .mlir and .json files beside it: small decoders in the manner of three frontends.

    python generate.py

The text follows the idioms of each frontend; the products in the JSON follow
from the configuration alone, so that one is a check of the other.
"""
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAR, RED = '"parallel"', '"reduction"'


class Function:
    """A func.func under construction: SSA names, tensors, and structured ops."""

    def __init__(self, name, arguments, visibility=""):
        self.head = f"  func.func {visibility}@{name}(" + ", ".join(
            f"%{n}: {t}{' ' + a if a else ''}" for n, t, a in arguments)
        self.types = {f"%{n}": t for n, t, _ in arguments}
        self.lines = []

    def emit(self, text, type_):
        name = f"%v{len(self.types)}"
        self.types[name] = type_
        self.lines.append(f"    {name} = {text}")
        return name

    def shape(self, value):
        return [int(x) for x in self.types[value][7:-1].split("x")[:-1]]

    def element(self, value):
        return self.types[value][7:-1].split("x")[-1]

    def constant(self, text, type_):
        return self.emit(f"arith.constant {text} : {type_}", type_)

    def empty(self, type_):
        return self.emit(f"tensor.empty() : {type_}", type_)

    def zeros(self, type_):
        zero = self.emit(f"arith.constant 0.0 : f32", "f32")
        empty = self.empty(type_)
        return self.emit(f"linalg.fill ins({zero} : f32) outs({empty} : {type_}) -> {type_}", type_)

    def generic(self, maps, ins, out, body, init=None, reductions=0):
        """body: lines, with {0}, {1}, ... for the arguments; the last gives the yield."""
        dims = ", ".join(maps[-1][0])
        init = init or self.empty(out)
        loops = [PAR] * (len(maps[-1][0]) - reductions) + [RED] * reductions
        affine = ", ".join(f"affine_map<({dims}) -> ({', '.join(results)})>" for _, results in maps)
        inputs = f" ins({', '.join(ins)} : {', '.join(self.types[i] for i in ins)})" if ins else ""
        args = [f"%a{i}" for i in range(len(ins) + 1)]
        types = [self.element(i) for i in ins] + [out[7:-1].split("x")[-1]]
        text = (f"linalg.generic {{indexing_maps = [{affine}], iterator_types = [{', '.join(loops)}]}}{inputs} "
                f"outs({init} : {out}) {{\n    ^bb0({', '.join(f'{a}: {t}' for a, t in zip(args, types))}):\n")
        for line in body[:-1]:
            text += "      " + line.format(*args) + "\n"
        text += f"      linalg.yield {body[-1].format(*args)} : {types[-1]}\n    }} -> {out}"
        return self.emit(text, out)

    def elementwise(self, value, *ops, other=None, other_dims=None):
        """Each op: an arith or math op applied to what came before."""
        out = self.types[value]
        dims = [f"d{i}" for i in range(len(self.shape(value)))]
        maps = [(dims, dims)] + ([(dims, other_dims)] if other else []) + [(dims, dims)]
        body, last = [], "{0}"
        for i, op in enumerate(ops):
            operands = f"{last}, {{1}}" if op in ("arith.addf", "arith.mulf", "arith.subf", "arith.divf") else last
            body.append(f"%t{i} = {op} {operands} : f32")
            last = f"%t{i}"
        return self.generic(maps, [value] + ([other] if other else []), out, body + [last])

    def transpose(self, value, order):
        """result dimension i is dimension order[i], as a copying generic."""
        shape, dims = self.shape(value), [f"d{i}" for i in range(len(order))]
        out = tensor([shape[i] for i in order], self.element(value))
        source = [None] * len(order)
        for i, o in enumerate(order):
            source[o] = dims[i]
        return self.generic([(dims, source), (dims, dims)], [value], out, ["{0}"])

    def reshape(self, value, shape):
        """expand_shape or collapse_shape, whichever it takes."""
        old = self.shape(value)
        if old == shape:
            return value
        big, small = (shape, old) if len(shape) > len(old) else (old, shape)
        groups, i = [], 0
        for k, size in enumerate(small):
            group, product = [], 1
            while product < size or not group or (k == len(small) - 1 and i < len(big)):
                group.append(i)
                product *= big[i]
                i += 1
            assert product == size, (old, shape)
            groups.append(group)
        out = tensor(shape, self.element(value))
        if len(shape) > len(old):
            return self.emit(f"tensor.expand_shape {value} {groups} output_shape {shape} : {self.types[value]} into {out}", out)
        return self.emit(f"tensor.collapse_shape {value} {groups} : {self.types[value]} into {out}", out)

    def slice(self, value, offsets, sizes):
        out = tensor(sizes, self.element(value))
        return self.emit(f"tensor.extract_slice {value}{offsets} {sizes} {[1] * len(sizes)} : {self.types[value]} to {out}", out)

    def matmul(self, a, b):
        op = "linalg.matmul" if len(self.shape(a)) == 2 else "linalg.batch_matmul"
        out = tensor(self.shape(a)[:-1] + self.shape(b)[-1:])
        init = self.zeros(out)
        return self.emit(f"{op} ins({a}, {b} : {self.types[a]}, {self.types[b]}) outs({init} : {out}) -> {out}", out)

    def einsum(self, spec, a, b):
        """A contraction as a generic, loops in the order result, then summed."""
        (left, right), result = spec.split("->")[0].split(","), spec.split("->")[1]
        summed = [c for c in left if c not in result]
        dims = list(result) + summed
        size = dict(zip(left, self.shape(a))) | dict(zip(right, self.shape(b)))
        out = tensor([size[c] for c in result])
        return self.generic([(dims, list(left)), (dims, list(right)), (dims, list(result))], [a, b], out,
                            ["%p = arith.mulf {0}, {1} : f32", "%s = arith.addf {2}, %p : f32", "%s"],
                            init=self.zeros(out), reductions=len(summed))

    def reduce(self, value, op, start):
        shape = self.shape(value)
        dims = [f"d{i}" for i in range(len(shape))]
        out = tensor(shape[:-1])
        initial = self.emit(f"arith.constant {start} : f32", "f32")
        empty = self.empty(out)
        init = self.emit(f"linalg.fill ins({initial} : f32) outs({empty} : {out}) -> {out}", out)
        return self.generic([(dims, dims), (dims, dims[:-1])], [value], out,
                            [f"%s = {op} {{0}}, {{1}} : f32", "%s"], init=init, reductions=1)

    def softmax(self, value):
        dims = [f"d{i}" for i in range(len(self.shape(value)))]
        top = self.reduce(value, "arith.maximumf", "0xFF800000")
        value = self.elementwise(value, "arith.subf", other=top, other_dims=dims[:-1])
        value = self.elementwise(value, "math.exp")
        total = self.reduce(value, "arith.addf", "0.0")
        return self.elementwise(value, "arith.divf", other=total, other_dims=dims[:-1])

    def lookup(self, table, ids):
        (tokens,), (_, d) = self.shape(ids), self.shape(table)
        return self.generic([(["t", "d"], ["t"]), (["t", "d"], ["t", "d"])], [ids], tensor([tokens, d]),
                            ["%row = arith.index_cast {0} : i64 to index", "%column = linalg.index 1 : index",
                             f"%x = tensor.extract {table}[%row, %column] : {self.types[table]}", "%x"])

    def text(self, results):
        types = ", ".join(self.types[r] for r in results)
        return (f"{self.head}) -> ({types}) {{\n" + "\n".join(self.lines) +
                f"\n    return {', '.join(results)} : {types}\n  }}\n")


def tensor(shape, element="f32"):
    return "tensor<" + "x".join(map(str, shape)) + f"x{element}>"


def weight(name):
    return f'{{decoder.weight = "{name}"}}'


def product(cls, count, batch, m, n, k, role):
    return {"class": cls, "role": role, "count": count, "batch": batch, "m": m, "n": n, "k": k}


def write(name, module, products, assumptions):
    (HERE / f"{name}.mlir").write_text(module)
    rows = ",\n".join("    " + json.dumps(p) for p in products)
    (HERE / f"{name}.json").write_text(
        f'{{\n  "assumptions": {json.dumps(assumptions)},\n  "products": [\n{rows}\n  ]\n}}\n')


def torch_like():
    """A GPT-2 of constants without values and a tied head: fused qkv, nothing named."""
    t, d, heads, ffn, vocab, layers = 5, 16, 2, 64, 50, 2
    e = d // heads
    f = Function("forward", [("ids", tensor([t], "i64"), "")])
    const = lambda *shape: f.constant("dense_resource<__elided__>", tensor(shape))
    table, positions = const(vocab, d), const(32, d)
    x = f.lookup(table, "%ids")
    x = f.elementwise(x, "arith.addf", other=f.slice(positions, [0, 0], [t, d]), other_dims=["d0", "d1"])
    def linear(x, k, n):
        y = f.matmul(x, const(k, n))
        return f.elementwise(y, "arith.addf", other=const(n), other_dims=["d1"])
    def norm(x):
        square = f.elementwise(x, "arith.mulf", other=x, other_dims=["d0", "d1"])
        scale = f.elementwise(f.reduce(square, "arith.addf", "0.0"), "math.rsqrt")
        x = f.elementwise(x, "arith.mulf", other=scale, other_dims=["d0"])
        return f.elementwise(x, "arith.mulf", other=const(d), other_dims=["d1"])
    for _ in range(layers):
        qkv = linear(norm(x), d, 3 * d)
        def head(i, order):
            part = f.reshape(f.slice(qkv, [0, i * d], [t, d]), [t, heads, e])
            return f.transpose(part, order)
        s = f.matmul(head(0, [1, 0, 2]), head(1, [1, 2, 0]))
        mask = f.constant("dense_resource<__elided__>", tensor([t, t]))
        s = f.elementwise(s, "arith.addf", other=mask, other_dims=["d1", "d2"])
        o = f.matmul(f.softmax(s), head(2, [1, 0, 2]))
        o = f.reshape(f.transpose(o, [1, 0, 2]), [t, d])
        x = f.elementwise(linear(o, d, d), "arith.addf", other=x, other_dims=["d0", "d1"])
        h = f.elementwise(linear(norm(x), d, ffn), "math.tanh")
        x = f.elementwise(linear(h, ffn, d), "arith.addf", other=x, other_dims=["d0", "d1"])
    logits = f.matmul(norm(x), f.transpose(table, [1, 0]))
    write("torch_like", "module {\n" + f.text([logits]) + "}\n", [
        product("matmul_free", layers, 1, t, 3 * d, d, "other"),
        product("attention", layers, heads, t, t, e, "scores"),
        product("attention", layers, heads, t, e, t, "values"),
        product("matmul_free", layers, 1, t, d, d, "other"),
        product("matmul_free", layers, 1, t, ffn, d, "other"),
        product("matmul_free", layers, 1, t, d, ffn, "other"),
        product("dense_projection", 1, 1, t, vocab, d, "lm_head"),
    ], ["tied_weight"])


def jax_like(layers=2, write=write):
    """A Llama step on a cache: einsums, V on the left, outlined helpers, captured concatenation."""
    t, length, d, heads, kv, e, ffn, vocab = 1, 12, 32, 4, 2, 8, 48, 40
    args = [("ids", tensor([t], "i64"), "{decoder.activation}"), ("embed", tensor([vocab, d]), weight("params['embed']"))]
    for i in range(layers):
        for part, name, shape in [("attn", "wq", [d, heads * e]), ("attn", "wk", [d, kv * e]), ("attn", "wv", [d, kv * e]),
                                  ("attn", "wo", [heads * e, d]), ("mlp", "gate", [d, ffn]), ("mlp", "up", [d, ffn]), ("mlp", "down", [ffn, d])]:
            args.append((f"{name}{i}", tensor(shape), weight(f"params['layers'][{i}]['{part}']['{name}']")))
        args += [(f"k{i}", tensor([1, length, kv, e]), "{decoder.cache}"), (f"v{i}", tensor([1, length, kv, e]), "{decoder.cache}")]
    args.append(("head", tensor([d, vocab]), weight("params['lm_head']")))
    f = Function("main", args, "public ")
    x = f.reshape(f.lookup("%embed", "%ids"), [1, t, d])

    def rotate(q):
        """concatenate(-q[..., e/2:], q[..., :e/2]): a generic that captures q."""
        out = f.types[q]
        dims = ["b", "t", "h", "e"]
        return f.generic([(dims, dims)], [], out, [
            "%b = linalg.index 0 : index", "%t = linalg.index 1 : index", "%h = linalg.index 2 : index", "%e = linalg.index 3 : index",
            f"%half = arith.constant {e // 2} : index", "%low = arith.cmpi ult, %e, %half : index",
            "%y = scf.if %low -> (f32) {{", "  %i = arith.addi %e, %half : index", f"  %u = tensor.extract {q}[%b, %t, %h, %i] : {out}",
            "  %n = arith.negf %u : f32", "  scf.yield %n : f32", "}} else {{", "  %i = arith.subi %e, %half : index",
            f"  %u = tensor.extract {q}[%b, %t, %h, %i] : {out}", "  scf.yield %u : f32", "}}", "%y"])

    def repeat(x):
        """[1, length, kv, e] with each head repeated: broadcast, then merged."""
        dims = ["b", "l", "h", "g", "e"]
        out = tensor([1, length, kv, heads // kv, e])
        wide = f.generic([(dims, ["b", "l", "h", "e"]), (dims, dims)], [x], out, ["{0}"])
        return f.reshape(wide, [1, length, heads, e])

    for i in range(layers):
        q = f.reshape(f.einsum("btd,dn->btn", x, f"%wq{i}"), [1, t, heads, e])
        q = f.elementwise(q, "arith.addf", other=rotate(q), other_dims=["d0", "d1", "d2", "d3"])
        new = {}
        for part in "kv":
            y = f.reshape(f.einsum("btd,dn->btn", x, f"%w{part}{i}"), [1, t, kv, e])
            cache = f"%{part}{i}"
            new[part] = f.emit(f"tensor.insert_slice {y} into {cache}[0, {length - 1}, 0, 0] [1, 1, {kv}, {e}] [1, 1, 1, 1] : "
                               f"{f.types[y]} into {f.types[cache]}", f.types[cache])
        s = f.einsum("blhe,bthe->bhlt", repeat(new["k"]), q)
        s = f.transpose(s, [0, 1, 3, 2])
        s = f.emit(f"func.call @scale({s}) : ({f.types[s]}) -> {f.types[s]}", f.types[s])
        p = f.softmax(s)
        o = f.einsum("blhe,bhtl->bhet", repeat(new["v"]), p)
        o = f.reshape(f.transpose(o, [0, 3, 1, 2]), [1, t, heads * e])
        x = f.elementwise(f.einsum("btd,dn->btn", o, f"%wo{i}"), "arith.addf", other=x, other_dims=["d0", "d1", "d2"])
        gate = f.einsum("btd,dn->btn", x, f"%gate{i}")
        gate = f.emit(f"func.call @silu({gate}) : ({f.types[gate]}) -> {f.types[gate]}", f.types[gate])
        up = f.einsum("btd,dn->btn", x, f"%up{i}")
        h = f.elementwise(gate, "arith.mulf", other=up, other_dims=["d0", "d1", "d2"])
        # The weight on the left, as an einsum may have it.
        y = f.transpose(f.einsum("dn,btd->nbt", f"%down{i}", h), [1, 2, 0])
        x = f.elementwise(y, "arith.addf", other=x, other_dims=["d0", "d1", "d2"])
    logits = f.einsum("btd,dn->btn", x, "%head")

    scale = Function("scale", [("x", tensor([1, heads, t, length]), "")], "private ")
    factor = scale.constant("3.0", "f32")
    scaled = scale.generic([(list("abcd"),) * 2] * 2, ["%x"], scale.types["%x"], [f"%y = arith.mulf {{0}}, {factor} : f32", "%y"])
    silu = Function("silu", [("x", tensor([1, t, ffn]), "")], "private ")
    activated = silu.elementwise("%x", "arith.negf", "math.exp")
    write("jax_like", "module @jit_step {\n" + f.text([logits]) + scale.text([scaled]) + silu.text([activated]) + "}\n", [
        product("matmul_free", layers, 1, t, heads * e, d, "q"),
        product("matmul_free", layers, 1, t, kv * e, d, "k"),
        product("matmul_free", layers, 1, t, kv * e, d, "v"),
        product("attention", layers, heads, t, length, e, "scores"),
        product("attention", layers, heads, t, e, length, "values"),
        product("matmul_free", layers, 1, t, d, heads * e, "o"),
        product("matmul_free", layers, 1, t, ffn, d, "gate"),
        product("matmul_free", layers, 1, t, ffn, d, "up"),
        product("matmul_free", layers, 1, t, d, ffn, "down"),
        product("dense_projection", 1, 1, t, vocab, d, "lm_head"),
    ], [])


def tosa_like():
    """A Llama prefill of two sequences in TOSA: weights transposed, reshaped, tiled over the batch."""
    b, t, d, heads, kv, ffn, vocab, layers = 2, 3, 16, 4, 2, 40, 24, 2
    e = d // heads
    args = [("ids", tensor([b, t], "i32"), "{decoder.activation}"), ("embed", tensor([vocab, d]), weight("model.embed_tokens.weight"))]
    for i in range(layers):
        for name, shape in [("self_attn.q_proj", [d, d]), ("self_attn.k_proj", [kv * e, d]), ("self_attn.v_proj", [kv * e, d]),
                            ("self_attn.o_proj", [d, d]), ("mlp.gate_proj", [ffn, d]), ("mlp.up_proj", [ffn, d]), ("mlp.down_proj", [d, ffn])]:
            args.append((f"{name.split('.')[1]}{i}", tensor(shape), weight(f"model.layers.{i}.{name}.weight")))
    args.append(("head", tensor([vocab, d]), weight("lm_head.weight")))
    f = Function("main", args)
    zero = f.emit('"tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>', "tensor<1xf32>")
    shift = f.emit('"tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>', "tensor<1xi8>")

    def dims(shape):
        kind = f"!tosa.shape<{len(shape)}>"
        return f.emit(f"tosa.const_shape {{values = dense<{shape}> : tensor<{len(shape)}xindex>}} : () -> {kind}", kind)

    def reshape(x, shape):
        s, out = dims(shape), tensor(shape)
        return f.emit(f"tosa.reshape {x}, {s} : ({f.types[x]}, {f.types[s]}) -> {out}", out)

    def transpose(x, perms):
        out = tensor([f.shape(x)[p] for p in perms])
        return f.emit(f"tosa.transpose {x} {{perms = array<i32: {', '.join(map(str, perms))}>}} : ({f.types[x]}) -> {out}", out)

    def tile(x, times):
        s, out = dims(times), tensor([a * m for a, m in zip(f.shape(x), times)])
        return f.emit(f"tosa.tile {x}, {s} : ({f.types[x]}, {f.types[s]}) -> {out}", out)

    def matmul(x, y):
        out = tensor(f.shape(x)[:2] + f.shape(y)[2:])
        return f.emit(f"tosa.matmul {x}, {y}, {zero}, {zero} : ({f.types[x]}, {f.types[y]}, tensor<1xf32>, tensor<1xf32>) -> {out}", out)

    def linear(x, w):
        n, k = f.shape(w)
        return matmul(x, tile(reshape(transpose(w, [1, 0]), [1, k, n]), [b, 1, 1]))

    def unary(op, x):
        return f.emit(f"tosa.{op} {x} : ({f.types[x]}) -> {f.types[x]}", f.types[x])

    def binary(op, x, y):
        extra = (f", {shift}", ", tensor<1xi8>") if op == "mul" else ("", "")
        return f.emit(f"tosa.{op} {x}, {y}{extra[0]} : ({f.types[x]}, {f.types[y]}{extra[1]}) -> {f.types[x]}", f.types[x])

    def reduce(op, x):
        shape = f.shape(x)
        out = tensor(shape[:-1] + [1])
        return f.emit(f"tosa.reduce_{op} {x} {{axis = {len(shape) - 1} : i32}} : ({f.types[x]}) -> {out}", out)

    rows = tile(reshape("%embed", [1, vocab, d]), [b, 1, 1])
    x = f.emit(f"tosa.gather {rows}, %ids : ({f.types[rows]}, {f.types['%ids']}) -> {tensor([b, t, d])}", tensor([b, t, d]))

    def split(y, h):
        return transpose(reshape(y, [b, t, h, e]), [0, 2, 1, 3])

    def repeat(y):
        y = tile(reshape(y, [b, kv, 1, t, e]), [1, 1, heads // kv, 1, 1])
        return reshape(reshape(y, [b, heads, t, e]), [b * heads, t, e])

    for i in range(layers):
        q = reshape(split(linear(x, f"%q_proj{i}"), heads), [b * heads, t, e])
        k = repeat(split(linear(x, f"%k_proj{i}"), kv))
        v = repeat(split(linear(x, f"%v_proj{i}"), kv))
        s = matmul(q, transpose(k, [0, 2, 1]))
        s = unary("exp", binary("sub", s, reduce("max", s)))
        p = binary("mul", s, unary("reciprocal", reduce("sum", s)))
        o = reshape(transpose(reshape(matmul(p, v), [b, heads, t, e]), [0, 2, 1, 3]), [b, t, d])
        x = binary("add", linear(o, f"%o_proj{i}"), x)
        h = binary("mul", unary("sigmoid", linear(x, f"%gate_proj{i}")), linear(x, f"%up_proj{i}"))
        x = binary("add", linear(h, f"%down_proj{i}"), x)
    logits = linear(x, "%head")
    write("tosa_like", "module {\n" + f.text([logits]) + "}\n", [
        product("matmul_free", layers, 1, b * t, d, d, "q"),
        product("matmul_free", layers, 1, b * t, kv * e, d, "k"),
        product("matmul_free", layers, 1, b * t, kv * e, d, "v"),
        product("attention", layers, b * heads, t, t, e, "scores"),
        product("attention", layers, b * heads, t, e, t, "values"),
        product("matmul_free", layers, 1, b * t, d, d, "o"),
        product("matmul_free", layers, 1, b * t, ffn, d, "gate"),
        product("matmul_free", layers, 1, b * t, ffn, d, "up"),
        product("matmul_free", layers, 1, b * t, d, ffn, "down"),
        product("dense_projection", 1, 1, b * t, vocab, d, "lm_head"),
    ], [])


if __name__ == "__main__":
    torch_like()
    jax_like()
    tosa_like()
