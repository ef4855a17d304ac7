# The products that a config comes to, through import, lowering and report, are
# those of a formula over its fields; and one field changed at random changes the
# rows of the roles that it should, all of them and no other.
#
# RUN: %python %s %binary_dir/bin

import json
import random
import subprocess
import sys

tools = sys.argv[1]

HF = dict(hidden="hidden_size", layers="num_hidden_layers", heads="num_attention_heads",
          kv="num_key_value_heads", head_dim="head_dim", ffn="intermediate_size", vocab="vocab_size",
          window="sliding_window")


def names(**other):
    return {k: v for k, v in {**HF, **other}.items() if v}


def all_layers(config):
    return [True] * config["layers"]


# model_type: names of its fields, the roles of its projections, fields that are
# always there, and which layers have a window. Without a name for it, kv is the
# number of heads, head_dim hidden / heads and ffn four times hidden.
FAMILIES = {
    "opt": (names(kv=None, head_dim=None, window=None, ffn="ffn_dim"), "q k v o up down",
            {"max_position_embeddings": 64}, None),
    "gpt2": (names(hidden="n_embd", layers="n_layer", heads="n_head", kv=None, head_dim=None, window=None,
                   ffn="n_inner"), "qkv o up down", {"n_positions": 64}, None),
    "llama": (names(window=None), "q k v o gate up down", {}, None),
    "mistral": (names(), "q k v o gate up down", {}, all_layers),
    "qwen2": (names(), "q k v o gate up down", {"use_sliding_window": True, "max_window_layers": 1},
              lambda config: [i >= 1 for i in range(config["layers"])]),
    "qwen3": (names(window=None), "q k v o gate up down", {}, None),
    "gemma": (names(window=None), "q k v o gate up down", {}, None),
    "gemma2": (names(), "q k v o gate up down", {},
               lambda config: [i % 2 == 0 for i in range(config["layers"])]),
    "phi3": (names(head_dim=None), "qkv o gate_up down", {}, all_layers),
    "falcon": (names(kv="num_kv_heads", head_dim=None, window=None, ffn="ffn_hidden_size"), "qkv o up down",
               {"new_decoder_architecture": True}, None),
    "bloom": (names(layers="n_layer", heads="n_head", kv=None, head_dim=None, window=None, ffn=None),
              "qkv o up down", {}, None),
    "gpt_neox": (names(kv=None, head_dim=None, window=None), "qkv o up down", {}, None),
    "starcoder2": (names(), "q k v o up down", {}, all_layers),
    "olmo2": (names(window=None), "q k v o gate up down", {}, None),
    "granite": (names(window=None), "q k v o gate up down", {}, None),
    "bitnet": (names(head_dim=None, window=None), "q k v o gate up down", {}, None),
}

# The rows that a field changes. Without head_dim in the file, the heads share
# the hidden size: more of them are smaller.
ATTENTION = {"scores", "values"}
CHANGES = {
    "ffn": {"gate", "up", "gate_up", "down"},
    "vocab": {"lm_head"},
    "kv": {"k", "v", "qkv"},
    "head_dim": {"q", "k", "v", "qkv", "o"} | ATTENTION,
    "window": ATTENTION,
    "context": ATTENTION,
}
EVERY = {"q", "k", "v", "qkv", "o", "gate", "up", "gate_up", "down", "lm_head"} | ATTENTION


def predicted_changes(config, field):
    family = FAMILIES[config["family"]]
    if field == "heads":
        # Where kv is the file's own, k and v keep their width.
        roles = {"q", "o", "qkv"} | ATTENTION if "head_dim" in family[0] else {"k", "v", "qkv"} | ATTENTION
        if "kv" not in family[0]:
            roles -= {"k", "v", "qkv"}
    elif field == "hidden":
        roles = EVERY - ATTENTION if "head_dim" in family[0] else EVERY
    elif field == "batch":
        roles = EVERY
    elif field == "context" and config["phase"] == "prefill":
        roles = EVERY
    elif field == "context" and family[3] and all(family[3](config)):
        # Windows are shorter than any context here.
        roles = set()
    elif field == "window" and config["phase"] == "prefill":
        # A mask, but the full square of scores is computed.
        roles = set()
    else:
        roles = CHANGES[field]
    return {r for r in roles if r in family[1].split() + ["scores", "values", "lm_head"]}


def predicted_table(config):
    fields, roles, _, windowed = FAMILIES[config["family"]]
    b, d, h, context = config["batch"], config["hidden"], config["heads"], config["context"]
    kv, e = config.get("kv", h), config.get("head_dim", d // h)
    ffn = config.get("ffn", 4 * d)
    prefill = config["phase"] == "prefill"
    tokens = context if prefill else 1
    shapes = {"q": (h * e, d), "k": (kv * e, d), "v": (kv * e, d), "qkv": ((h + 2 * kv) * e, d),
              "o": (d, h * e), "gate": (ffn, d), "up": (ffn, d), "gate_up": (2 * ffn, d), "down": (d, ffn)}
    table = [(None, "lm_head", 1, b * tokens, config["vocab"], d)]
    sliding = windowed(config) if windowed else [False] * config["layers"]
    for layer in range(config["layers"]):
        table += [(layer, role, 1, b * tokens, *shapes[role]) for role in roles.split()]
        keys = min(config["window"], context) if sliding[layer] and not prefill else context
        table += [(layer, "scores", b * h, tokens, keys, e), (layer, "values", b * h, tokens, e, keys)]
    return sorted(table, key=str)


def report(config):
    fields, _, constant, _ = FAMILIES[config["family"]]
    text = {"model_type": config["family"], **constant,
            **{name: config[field] for field, name in fields.items()}}
    module = subprocess.run(
        [f"{tools}/onebit-translate", "--import-hf-config", "-", f"--phase={config['phase']}",
         f"--context={config['context']}", f"--batch={config['batch']}"],
        input=json.dumps(text), capture_output=True, text=True)
    if module.returncode:
        raise RuntimeError(f"{text}: {module.stderr}")
    lowered = subprocess.run([f"{tools}/onebit-opt", "--lower-to-systolic", "--report=json", "-"],
                             input=module.stdout, capture_output=True, text=True)
    if lowered.returncode:
        raise RuntimeError(f"{text}: {lowered.stderr}")
    return json.loads(lowered.stdout)


def rows(document):
    return sorted(((k.get("layer"), k["role"], k["batch"], k["m"], k["n"], k["k"])
                   for k in document["kernels"]), key=str)


def other(choose, old):
    """A value that is not the old one."""
    while True:
        value = choose()
        if value != old:
            return value


def random_config(family, phase, rng):
    fields = FAMILIES[family][0]
    config = {"family": family, "phase": phase, "layers": rng.randint(2, 4),
              "context": rng.randint(20, 60), "batch": rng.randint(1, 3)}
    config["heads"] = 12
    # Head dimensions are multiples of 8, so that a quarter of one is even.
    config["hidden"] = 12 * rng.choice([8, 16, 24])
    config["vocab"] = rng.randint(100, 200)
    if "head_dim" in fields:
        config["head_dim"] = rng.choice([8, 32, 40])
    if "kv" in fields:
        config["kv"] = rng.choice([1, 2, 3])
    if "ffn" in fields:
        config["ffn"] = rng.randint(100, 200)
    if "window" in fields:
        config["window"] = rng.randint(3, 15)
    return config


def change(config, field, rng):
    choices = {"heads": lambda: rng.choice([6, 12, 18]) if "head_dim" in config else rng.choice([6, 12]),
               "hidden": lambda: 12 * rng.choice([8, 16, 24, 32]),
               "head_dim": lambda: rng.choice([8, 16, 32, 40]),
               "kv": lambda: rng.choice([1, 2, 3, 6]), "ffn": lambda: rng.randint(100, 200),
               "vocab": lambda: rng.randint(100, 200), "window": lambda: rng.randint(3, 15),
               "context": lambda: rng.randint(20, 60), "batch": lambda: rng.randint(1, 4)}
    return {**config, field: other(choices[field], config[field])}


def attention_macs(document):
    return sum(k["batch"] * k["m"] * k["n"] * k["k"] for k in document["kernels"]
               if k["class"] == "attention")


def check(config, rng):
    before = rows(report(config))
    assert before == predicted_table(config), f"{config}: {before} instead of {predicted_table(config)}"
    count = 1
    for field in [*FAMILIES[config["family"]][0], "context", "batch"]:
        if field == "layers":
            continue
        changed = change(config, field, rng)
        after = rows(report(changed))
        count += 1
        assert after == predicted_table(changed), f"{changed}: {after}"
        roles = {row[1] for row in set(before) ^ set(after)}
        expected = predicted_changes(config, field)
        assert roles == expected, f"{config}: {field} changed {roles}, not {expected}"

    # One more layer adds its rows and leaves the others alone.
    more = {**config, "layers": config["layers"] + 1}
    added = set(rows(report(more))) - set(before)
    assert set(before) - set(rows(report(more))) == set()
    assert added and {row[0] for row in added} == {config["layers"]}

    # Twice the heads of one size: twice the attention.
    double = {**config, "heads": 24}
    if "head_dim" not in config:
        double["hidden"] = 2 * config["hidden"]
    assert attention_macs(report(double)) == 2 * attention_macs(report(config)), f"{config}: doubled heads"
    return count + 2


count = 0
rng = random.Random(2024)
for family in FAMILIES:
    for phase in ("decode", "prefill"):
        count += check(random_config(family, phase, rng), rng)
print(f"{count} configs of {len(FAMILIES)} families come to the products that their fields say")
