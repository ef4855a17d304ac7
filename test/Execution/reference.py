# The published formulas in numpy, in float64. Written for reading: loops over
# heads, tokens and pairs, one line of a paper each.

import math

import numpy as np

erf = np.vectorize(math.erf, otypes=[np.float64])


def einsum(subscripts, lhs, rhs, init=None, init_subscripts=None):
    """`subscripts` as numpy has them; the init's letters are of the result."""
    result = np.einsum(subscripts, np.float64(lhs), np.float64(rhs))
    if init is None:
        return result
    out = subscripts.split("->")[1]
    # Insert what the init lacks, in the order of the result.
    order = [init_subscripts.index(c) for c in out if c in init_subscripts]
    expand = tuple(slice(None) if c in init_subscripts else None for c in out)
    return result + np.float64(init).transpose(order)[expand]


def activation(kind, x):
    x = np.float64(x)
    with np.errstate(over="ignore"):
        return {
            "relu": lambda: np.where(x > 0, x, 0.0),
            "relu2": lambda: np.where(x > 0, x, 0.0) ** 2,
            "gelu": lambda: x * (1 + erf(x / math.sqrt(2))) / 2,
            "gelu_tanh": lambda: x
            / 2
            * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
            "silu": lambda: x / (1 + np.exp(-x)),
        }[kind]()


def norm(kind, x, weight=None, bias=None, epsilon=1e-5, unit_offset=False):
    x = np.float64(x)
    if kind != "rms_norm":
        x = x - x.mean(-1, keepdims=True)
    y = x / np.sqrt((x**2).mean(-1, keepdims=True) + epsilon)
    if weight is not None:
        y = y * (np.float64(weight) + (1 if unit_offset else 0))
    if bias is not None:
        y = y + np.float64(bias)
    return y


def rotary(x, position, theta=10000.0, rotary_dim=None, interleaved=False, factors=None, amplitude=1.0):
    """Su et al. 2021, eq. 34, as multiplication by e^(i m theta) in the plane of
    each pair."""
    y = np.float64(x).copy()
    size = rotary_dim or x.shape[-1]
    for t in range(x.shape[2]):
        for i in range(size // 2):
            first, second = (2 * i, 2 * i + 1) if interleaved else (i, i + size // 2)
            angle = (position + t) * theta ** (-2.0 * i / size) / (1.0 if factors is None else factors[i])
            turned = (y[:, :, t, first] + 1j * y[:, :, t, second]) * np.exp(1j * angle)
            turned = turned * amplitude
            y[:, :, t, first], y[:, :, t, second] = turned.real, turned.imag
    return y


def split_heads(x, heads):
    return np.stack(np.split(x, heads, axis=-1), axis=1)


def merge_heads(x):
    return np.concatenate(list(np.moveaxis(x, 1, 0)), axis=-1)


def split_qkv(x, heads, kv_heads, layout):
    size = x.shape[-1] // (heads + 2 * kv_heads)
    columns = [x[..., i * size : (i + 1) * size] for i in range(heads + 2 * kv_heads)]
    if layout == "grouped":
        group = heads // kv_heads
        parts = [columns[i : i + group + 2] for i in range(0, len(columns), group + 2)]
        q = [head for part in parts for head in part[:-2]]
        k = [part[-2] for part in parts]
        v = [part[-1] for part in parts]
    else:
        q, k, v = columns[:heads], columns[heads:-kv_heads], columns[-kv_heads:]
    return [np.stack(part, axis=1) for part in (q, k, v)]


def cache_append(cache, rows, position):
    cache = cache.copy()
    for t in range(rows.shape[2]):
        cache[:, :, (position + t) % cache.shape[2]] = rows[:, :, t]
    return cache


def alibi_slopes(heads):
    """Press et al. 2022, as the authors' own code has it: by recursion."""
    if math.log2(heads).is_integer():
        start = 2 ** (-(2 ** -(math.log2(heads) - 3)))
        return [start * start**i for i in range(heads)]
    closest = 2 ** math.floor(math.log2(heads))
    more = alibi_slopes(2 * closest)[0::2]
    return alibi_slopes(closest) + more[: heads - closest]


def bf16(x):
    """The nearest number of 8 significant bits, ties to even."""
    if x == 0:
        return 0.0
    unit = 2.0 ** (math.floor(math.log2(abs(x))) - 7)
    return round(x / unit) * unit


def tokens_in_slots(slots, last):
    """The token in each slot of a ring after `last`: as if it had been filled."""
    tokens = list(range(slots))
    for token in range(last + 1):
        tokens[token % slots] = token
    return tokens


def softmax(
    scores,
    position=None,
    scale=1.0,
    softcap=None,
    window=None,
    causal=False,
    alibi=None,
):
    result = np.zeros(scores.shape)
    heads, rows, keys = scores.shape[1:]
    first = keys - rows if position is None else position
    if position is None:
        tokens = list(range(keys))
    else:
        tokens = tokens_in_slots(keys, position + rows - 1)
    for b, h, t in np.ndindex(scores.shape[:3]):
        i = first + t
        s = np.float64(scores[b, h, t]) * scale
        if softcap is not None:
            s = softcap * np.tanh(s / softcap)
        kept = []
        for j, token in enumerate(tokens):
            slope = alibi_slopes(heads)[h]
            if alibi == "press":
                s[j] += slope * (token - i)
            elif alibi == "falcon":
                s[j] += scale * bf16(bf16(slope) * bf16(token))
            if not (causal and token > i or window is not None and token <= i - window):
                kept.append(j)
        weights = np.exp(s[kept] - s[kept].max())
        result[b, h, t, kept] = weights / weights.sum()
    return result


def attention(query, key, value, **modifiers):
    query, key, value = map(np.float64, (query, key, value))
    group = query.shape[1] // key.shape[1]
    scores = np.zeros((*query.shape[:3], key.shape[2]))
    for h in range(query.shape[1]):
        scores[:, h] = query[:, h] @ key[:, h // group].swapaxes(1, 2)
    weights = softmax(scores, **modifiers)
    result = np.zeros(query.shape)
    for h in range(query.shape[1]):
        result[:, h] = weights[:, h] @ value[:, h // group]
    return result


def i2_s(codes):
    """Rows of blocks of 128, each 32 bytes."""
    rows, columns = codes.shape
    blocks = -(-columns // 128)
    padded = np.zeros((rows, blocks * 128), np.int64)
    padded[:, :columns] = codes
    quarters = (padded + 1).reshape(rows, blocks, 4, 32)
    shifts = np.array([6, 4, 2, 0]).reshape(1, 1, 4, 1)
    return (quarters << shifts).sum(axis=2).astype(np.uint8).view(np.int8).reshape(-1)
