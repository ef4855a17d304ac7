"""Runs an imported module on numbers: the decoder dialect's pages in numpy, op
by op, over MLIR's generic form. Slow, small, and written from the descriptions
of the ops, so that it is a check of the importer and not of the lowering."""

import re

import numpy as np


def erf(x):
    """Abramowitz and Stegun's series by way of math.erf."""
    import math

    return np.vectorize(math.erf)(x)


def shape_of(type_text):
    return [int(d) for d in re.match(r"tensor<((?:\d+x)*)", type_text).group(1).split("x")[:-1]]


def split_types(text):
    return re.findall(r"tensor<[^>]*>|index|f32|f64|i64", text)


class Op:
    pattern = re.compile(
        r"^\s*(?:%(?P<result>\w+)(?::(?P<count>\d+))? = )?"
        r'"(?P<name>[\w.]+)"\((?P<operands>[^)]*)\)'
        r"(?: <\{(?P<properties>.*)\}>)?(?P<region> \(\{)?"
        r"(?: : \((?P<inputs>.*)\) -> \(?(?P<outputs>.*?)\)?)?$"
    )

    def __init__(self, line):
        match = self.pattern.match(line)
        if not match:
            raise ValueError(f"cannot read: {line[:200]}")
        self.__dict__.update(match.groupdict(""))
        self.operands = re.findall(r"%[\w#]+", self.operands)
        self.outputs = split_types(self.outputs)
        self.body = None

    def flag(self, name):
        return re.search(rf"(?:^|, ){name}(?:,|$)", self.properties) is not None

    def number(self, name, absent=None):
        match = re.search(rf"(?:^|, ){name} = ([-+\w.]+)", self.properties)
        return float(match.group(1)) if match else absent

    def string(self, name):
        return re.search(rf'(?:^|, ){name} = "([^"]*)"', self.properties).group(1)

    def enum(self):
        return re.search(r"#decoder\.\w+<(\w+)>", self.properties).group(1)

    def array(self, name):
        text = re.search(rf"{name} = array<i64: ([^>]*)>", self.properties).group(1)
        return [int(x) for x in text.split(",")]


def bf16(x):
    """The nearest bf16, ties to even: the upper half of an f32."""
    bits = np.asarray(x, np.float32).view(np.uint32).astype(np.uint64)
    rounded = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
    return rounded.astype(np.uint32).view(np.float32).astype(np.float64)


class Module:
    """A module of one function, as text in generic form."""

    def __init__(self, text):
        self.maps = dict(re.findall(r"^(#\w+) = affine_map<(.*)>$", text, re.M))
        lines = iter(text.splitlines())
        for line in lines:
            if '"func.func"' in line:
                break
        header = next(lines)
        self.arguments = re.findall(r"(%\w+): (tensor<[^>]*>|index)", header)
        self.ops = self.block(lines)

    def block(self, lines):
        ops = []
        for line in lines:
            if line.strip().startswith("})") or not line.strip().startswith(("%", '"')):
                return ops
            op = Op(line)
            if op.region:
                op.body = self.block(lines)
            ops.append(op)
        return ops

    def weights(self):
        """Shape by name of every weight op."""
        found = {}

        def visit(ops):
            for op in ops:
                if op.name == "decoder.weight":
                    shape = shape_of(op.outputs[0])
                    assert found.setdefault(op.string("name"), shape) == shape
                if op.body:
                    visit(op.body)

        visit(self.ops)
        return found

    def cache_shapes(self):
        return [shape_of(t) for _, t in self.arguments[2:]]

    def run(self, weights, ids, position, caches):
        """Logits and new caches; `weights` are arrays by name."""
        values = {}
        for (name, _), value in zip(self.arguments, [ids, position, *caches]):
            values[name] = value
        self.loaded = weights
        results = self.execute(self.ops, values)
        return results[0], results[1:]

    def execute(self, ops, values):
        for op in ops:
            operands = [values[name] for name in op.operands]
            if op.name in ("func.return", "decoder.yield"):
                return operands
            if op.name == "decoder.block":
                results = self.execute(op.body, values)
            else:
                results = getattr(self, op.name.replace(".", "_"))(op, *operands)
            if not isinstance(results, list):
                results = [results]
            # The types of a block stand behind its region.
            if not op.body:
                assert [list(r.shape) for r in results] == [shape_of(t) for t in op.outputs], op.name
            values["%" + op.result] = results[0]
            for i, result in enumerate(results):
                values[f"%{op.result}#{i}"] = result

    def map(self, name):
        """An affine map as letters, one for each result."""
        loops, results = re.match(r"\(([^)]*)\) -> \(([^)]*)\)", self.maps[name]).groups()
        letter = dict(zip(loops.split(", "), "abcdefgh"))
        return "".join(letter[r] for r in results.split(", ") if r)

    # The ops, in the order of the dialect's page.

    def decoder_weight(self, op):
        return self.loaded[op.string("name")]

    def decoder_projection(self, op, activation, weight, init=None):
        maps = [self.map(m) for m in re.findall(r"#map\d*", op.properties)]
        result = np.einsum(f"{maps[0]},{maps[1]}->{maps[2]}", activation, weight)
        if init is not None:
            assert maps[3] == maps[2][-1]
            result = result + init
        return result

    def decoder_attention(self, op, query, key, value, position):
        group = query.shape[1] // key.shape[1]
        key, value = np.repeat(key, group, 1), np.repeat(value, group, 1)
        tokens, slots, heads = query.shape[2], key.shape[2], query.shape[1]
        scores = np.einsum("bhte,bhle->bhtl", query, key) * op.number("scale", 1.0)
        if cap := op.number("softcap"):
            scores = cap * np.tanh(scores / cap)
        i = position + np.arange(tokens)[:, None]
        last = position + tokens - 1
        j = np.arange(slots)
        # A ring: the newest token of each slot.
        held = np.where(j <= last, j + (last - j) // slots * slots, j)[None, :]
        if kind := re.search(r"alibi = #decoder.alibi<(\w+)>", op.properties):
            power = 2 ** int(np.floor(np.log2(heads)))
            slopes = [2 ** (-8 * (h + 1) / power) for h in range(power)]
            slopes += [2 ** (-4 * (2 * h + 1) / power) for h in range(heads - power)]
            slopes = np.array(slopes)[:, None, None]
            if kind[1] == "press":
                scores = scores + slopes * (held - i)
            else:
                scores = scores + op.number("scale", 1.0) * bf16(bf16(slopes) * bf16(held))
        masked = (held > i) if op.flag("causal") else np.zeros_like(held > i)
        if window := op.number("window"):
            masked = masked | (held <= i - window)
        scores = np.where(masked, -np.inf, scores)
        e = np.exp(scores - scores.max(-1, keepdims=True))
        return np.einsum("bhtl,bhle->bhte", e / e.sum(-1, keepdims=True), value)

    def decoder_cache_append(self, op, rows, cache, position):
        cache = cache.copy()
        for t in range(rows.shape[2]):
            cache[:, :, (position + t) % cache.shape[2]] = rows[:, :, t]
        return cache

    def decoder_split_heads(self, op, x):
        heads = shape_of(op.outputs[0])[1]
        return x.reshape(*x.shape[:2], heads, -1).transpose(0, 2, 1, 3)

    def decoder_merge_heads(self, op, x):
        return x.transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[2], -1)

    def decoder_split_qkv(self, op, x):
        heads, kv_heads = shape_of(op.outputs[0])[1], shape_of(op.outputs[1])[1]
        x = x.reshape(*x.shape[:2], heads + 2 * kv_heads, -1).transpose(0, 2, 1, 3)
        if op.enum() == "concatenated":
            return [x[:, :heads], x[:, heads : heads + kv_heads], x[:, heads + kv_heads :]]
        group = heads // kv_heads
        x = x.reshape(x.shape[0], kv_heads, group + 2, *x.shape[2:])
        q = x[:, :, :group].reshape(x.shape[0], heads, *x.shape[3:])
        return [q, x[:, :, group], x[:, :, group + 1]]

    def decoder_embedding(self, op, table, ids):
        return table[ids]

    def decoder_position_embedding(self, op, x, table, position):
        first = position + int(op.number("offset", 0))
        return x + table[first : first + x.shape[1]]

    def decoder_rotary(self, op, x, position):
        dim = int(op.number("rotary_dim", x.shape[3]))
        assert not op.flag("interleaved")
        frequencies, amplitude = self.frequencies(op, dim, position + x.shape[2])
        angle = (position + np.arange(x.shape[2]))[:, None] * frequencies
        a, b, rest = x[..., : dim // 2], x[..., dim // 2 : dim], x[..., dim:]
        c, s = np.cos(angle) * amplitude, np.sin(angle) * amplitude
        return np.concatenate([a * c - b * s, b * c + a * s, rest], -1)

    @staticmethod
    def frequencies(op, dim, length):
        theta = op.number("theta", 10000.0)
        plain = theta ** (-2 * np.arange(dim // 2) / dim)
        found = re.search(r"scaling = #decoder\.(\w+)_scaling<([^>]*)>", op.properties)
        if not found:
            return plain, 1.0

        def number(name, absent=None):
            value = re.search(rf"\b{name} = ([-+\w.]+)", found[2])
            return float(value[1]) if value else absent

        def numbers(name):
            return np.array(re.search(rf"\b{name} = \[([^]]*)\]", found[2])[1].split(","), float)

        kind, context = found[1], number("original_context")
        if kind == "linear":
            return plain / number("factor"), 1.0
        if kind == "llama3":
            low, high = number("low_freq_factor"), number("high_freq_factor")
            kept = np.clip((context * plain / (2 * np.pi) - low) / (high - low), 0, 1)
            return kept * plain + (1 - kept) * plain / number("factor"), 1.0
        if kind == "long":
            which = "long_factors" if length > context else "short_factors"
            return plain / numbers(which), number("amplitude")
        assert kind == "yarn"
        low, high = (dim * np.log(context / (2 * np.pi * number(beta))) / (2 * np.log(theta))
                     for beta in ("beta_fast", "beta_slow"))
        if "truncate = false" not in found[2]:
            low, high = np.floor(low), np.ceil(high)
        low, high = max(low, 0), min(high, dim - 1)
        ramp = np.clip((np.arange(dim // 2) - low) / (high - low or 0.001), 0, 1)
        return (1 - ramp) * plain + ramp * plain / number("factor"), number("amplitude")

    def decoder_norm(self, op, x, weight=None, bias=None):
        if op.enum() == "layer_norm":
            x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + op.number("epsilon", 1e-5))
        if weight is not None:
            x = x * (weight + 1 if op.flag("unit_offset") else weight)
        return x if bias is None else x + bias

    @staticmethod
    def activate(kind, x):
        if kind == "gelu":
            return x * (1 + erf(x / np.sqrt(2))) / 2
        if kind == "gelu_tanh":
            return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2
        return {
            "relu": lambda: np.maximum(x, 0),
            "relu2": lambda: np.maximum(x, 0) ** 2,
            "silu": lambda: x / (1 + np.exp(-x)),
        }[kind]()

    def decoder_activation(self, op, x):
        return self.activate(op.enum(), x)

    def decoder_gated_activation(self, op, gate, up):
        return self.activate(op.enum(), gate) * up

    def arith_addf(self, op, a, b):
        return a + b

    def arith_mulf(self, op, a, b):
        return a * b

    def arith_constant(self, op):
        value = float(re.search(r"dense<([^>]*)>", op.properties).group(1))
        return np.full(shape_of(op.outputs[0]), value)

    def math_tanh(self, op, x):
        return np.tanh(x)

    def tensor_extract_slice(self, op, x):
        offsets, sizes = op.array("static_offsets"), op.array("static_sizes")
        return x[tuple(slice(o, o + s) for o, s in zip(offsets, sizes))]
