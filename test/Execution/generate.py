# A folder that transformers has saved goes in, tokens come out: those that
# transformers generates, as far as its two likeliest tokens are told apart; and
# logits at every position.
#
# REQUIRES: onebit-python, safetensors, torch, transformers
# RUN: %python %s %binary_dir

import json
import os
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(sys.argv[1], "python"))
warnings.filterwarnings("ignore")

import numpy as np
import safetensors.numpy
import torch
import transformers

import bitnets
import onebit

SIZES = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 6,
         "vocab_size": 97, "max_position_embeddings": 40}  # fmt: skip
LLAMA = {**SIZES, "intermediate_size": 64, "num_key_value_heads": 2}
MODELS = {
    "bitnet": LLAMA,
    "llama": {**LLAMA, "tie_word_embeddings": True},
    # Every cache is a ring, shorter than the prompt.
    "mistral": {**LLAMA, "sliding_window": 5},
    "opt": {**SIZES, "ffn_dim": 64, "word_embed_proj_dim": 48},
    "gpt2": {"n_embd": 48, "n_layer": 2, "n_head": 6, "vocab_size": 97, "n_positions": 40},
}
PROMPT, NEW = 7, 24
# Relative to the largest logit, in float32 and another order of sums.
TOLERANCE = 2e-5

errors = []


def expect(condition, what):
    if not condition:
        errors.append(what)


def raises(text, function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
    except (onebit.Error, TypeError, ValueError, FileNotFoundError) as error:
        expect(text in str(error), f"expected '{text}', got '{error}'")
    else:
        errors.append(f"expected '{text}', got no error")


def refuse(folder):
    """What a folder may say that would give other numbers than the model's."""
    path = os.path.join(folder, "config.json")
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**config, "rope_parameters": {"rope_type": "proportional"}}, file)
    raises("the model can be priced but not run, its numbers would be wrong: rotary positions of "
           "type 'proportional'", onebit.compile, folder)
    onebit.report(folder)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**config, "rope_parameters": {"rope_type": "dynamic", "factor": 2.0}}, file)
    onebit.compile(folder)
    raises("rotary positions of type 'dynamic' are rotated beyond 40 tokens as they are up to there",
           onebit.compile, folder, context=41)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    name = os.path.join(folder, "model.safetensors")
    weights = safetensors.numpy.load_file(name)
    head = {**weights, "lm_head.weight": weights["model.embed_tokens.weight"].copy()}
    safetensors.numpy.save_file(head, name, metadata={"format": "pt"})
    onebit.compile(folder)
    head["lm_head.weight"][0, 0] += 1
    safetensors.numpy.save_file(head, name, metadata={"format": "pt"})
    raises("holds lm_head.weight, which is not the embedding that the config ties it to: set "
           "'tie_word_embeddings' to false to use it", onebit.compile, folder)
    weights["model.norm.weight"][0] = np.nan
    safetensors.numpy.save_file(weights, name, metadata={"format": "pt"})
    raises("the logits after 2 tokens are not numbers: element 0 of weight 'model.norm.weight' is NaN", onebit.compile(folder).generate, [3, 5], 2)
    raises("the logits after 1 tokens are not numbers", onebit.compile(folder).feed, 3)


# Stretched positions, token by token: where they change with the length of the
# sequence, keys stay as they were rotated.
STRETCHED = {
    "llama3": ("llama", {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                         "original_max_position_embeddings": 64}),
    "linear": ("llama", {"rope_type": "linear", "factor": 2.0}),
    "dynamic": ("llama", {"rope_type": "dynamic", "factor": 2.0}),
    "yarn": ("llama", {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}),
    "longrope": ("llama", {"rope_type": "longrope", "factor": 4.0, "original_max_position_embeddings": 10,
                           "short_factor": [1.0, 1.1, 1.3, 2.0], "long_factor": [1.2, 2.0, 4.0, 9.0]}),
    "ALiBi of Falcon": ("falcon", None),
}


def stretch(name, family, rope):
    torch.manual_seed(11)
    # Slopes that are no powers of two, and positions that bf16 does not hold.
    fields = {**SIZES, "hidden_size": 64, "num_attention_heads": 16, "max_position_embeddings": 280,
              "alibi": True, "multi_query": False} if rope is None else {
        **LLAMA, "rope_parameters": {"rope_theta": 100.0, **rope}}  # fmt: skip
    config = transformers.AutoConfig.for_model(family, **fields, bos_token_id=1, eos_token_id=None)
    # Falcon's eager attention adds ALiBi twice: to the scores, and with the mask.
    config._attn_implementation = "sdpa" if rope is None else "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).eval().float()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn(parameter.shape))
    ids = torch.randint(3, 97, (1, 36 if rope else 270))
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        compiled = onebit.compile(folder)
    cache, worst = None, 0
    for token in ids[0]:
        with torch.no_grad():
            step = model(token[None, None], past_key_values=cache, use_cache=True)
        cache, logits = step.past_key_values, step.logits[0, 0].numpy()
        worst = max(worst, np.abs(compiled.feed(token.item()) - logits).max() / np.abs(logits).max())
    print(f"{name}: logits are off by {worst:.1e}")
    expect(worst < 5e-5, f"{name}: logits are off by {worst:.2g}")


for name, (family, rope) in STRETCHED.items():
    stretch(name, family, rope)

for family, fields in MODELS.items():
    torch.manual_seed(7)
    config = transformers.AutoConfig.for_model(
        family, **fields, bos_token_id=1, eos_token_id=None, pad_token_id=0
    )
    model = transformers.AutoModelForCausalLM.from_config(config).eval().float()
    model.generation_config.eos_token_id = None
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn(parameter.shape))
    ids = torch.randint(3, 97, (1, PROMPT))
    whole = model.generate(ids, max_new_tokens=NEW, do_sample=False, pad_token_id=0)[0]
    logits = model(whole[None]).logits[0].detach().numpy()

    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        compiled = onebit.compile(folder)
        module = onebit.load(folder)
        loaded = onebit.compile(module, weights=folder)
        expect(loaded.generate(ids[0].tolist(), 4) == compiled.generate(ids[0].tolist(), 4),
               f"{family}: other tokens from a module")
        if family == "llama":
            # What a report has priced is what runs, in tiles.
            roles = ["q", "k", "v", "o", "gate", "up", "down", "lm_head"]
            expect(onebit.report(module, full_precision=roles).total["macs"] > 0, "not priced")
            priced = onebit.compile(module, weights=folder)
            expect(priced.generate(ids[0].tolist(), 4) == compiled.generate(ids[0].tolist(), 4),
                   "other tokens from a priced module")
            refuse(folder)
    compiled.reset()
    expect(compiled.vocabulary_size == 97 and compiled.context == 40, f"{family}: {compiled}")
    for at, token in enumerate(whole.tolist()[:-1]):
        got = compiled.feed(token)
        error = np.abs(got - logits[at]).max() / np.abs(logits[at]).max()
        expect(error < TOLERANCE, f"{family}: logits at {at} are off by {error:.2g}")
    expect(compiled.position == len(whole) - 1, f"{family}: position {compiled.position}")

    got = compiled.generate(ids[0].tolist(), NEW)
    wanted = whole[PROMPT:].tolist()
    for step, (mine, theirs) in enumerate(zip(got, wanted)):
        top = np.sort(logits[PROMPT - 1 + step])[-2:]
        if top[1] - top[0] < 2 * TOLERANCE * np.abs(logits).max():
            break
        if mine != theirs:
            errors.append(f"{family}: token {step} is {mine}, not {theirs}")
            break
    expect(len(got) == NEW, f"{family}: {len(got)} tokens")
    expect(got == compiled.generate(ids[0].tolist(), NEW), f"{family}: not the same again")

# 1-bit models in transformers' three forms: packed trits, trits as floats, and floats
# that are quantized as they run. Sums of floats in another order flip a code of an
# activation now and then; then logits move by more than rounding, but not by much.
FLIPPED, MOST = 0.15, 3e-2


for linear_class, mode in bitnets.FORMS:
    model, config = bitnets.build(linear_class, mode, LLAMA)
    ids = torch.randint(3, 97, (1, 36))
    with torch.no_grad():
        logits = model(ids).logits[0].float().numpy()
    with tempfile.TemporaryDirectory() as folder:
        bitnets.save(model, config, folder)
        compiled = onebit.compile(folder)
        threaded = onebit.compile(folder, threads=3, prefill=5)
    # The same bits with any number of threads; a prompt in one go to rounding.
    tokens = ids[0].tolist()
    for token in tokens[:4]:
        expect(np.array_equal(compiled.feed(token), threaded.feed([token])), "threads")
    compiled.reset()
    threaded.reset()
    whole = threaded.feed(tokens[:13])
    off = np.abs(whole - logits[12]).max() / np.abs(logits[12]).max()
    expect(off < MOST and threaded.position == 13, f"a prompt of 13: off by {off:.1e}")
    off = []
    for at, token in enumerate(ids[0].tolist()):
        got = compiled.feed(token)
        off.append(np.abs(got - logits[at]).max() / np.abs(logits[at]).max())
    off = np.array(off)
    flipped = (off > TOLERANCE).mean()
    print(f"{linear_class}, {mode}: {flipped:.0%} of tokens moved, by {off.max():.1e} at most")
    expect(flipped <= FLIPPED and off.max() < MOST, f"{linear_class}, {mode}: logits are off by {off}")

raises("token 97 is outside the vocabulary of 97", compiled.feed, 97)
raises("token -1 is outside the vocabulary of 97", compiled.generate, [-1], 2)
raises("there is no prompt: give at least one token", compiled.generate, [], 2)
raises("cannot generate -1 tokens", compiled.generate, [1], -1)
raises("a prompt of 20 and 22 new tokens do not fit into caches of 40, of which 0 are taken",
       compiled.generate, [1] * 20, 22)  # fmt: skip
for token in range(40 - compiled.position):
    compiled.feed(token)
raises("the caches hold 40 tokens, of which 40 are taken, and 1 do not fit", compiled.feed, 1)
raises("prefill is a number of tokens for a config.json, a name for MLIR",
       onebit.compile, __file__, prefill=2)  # fmt: skip
raises("No such file or directory: '/no/such/folder'", onebit.compile, "/no/such/folder")
for ids, n in (([1.5], 1), (["1"], 1), ([1], 1.5)):
    raises("cannot be interpreted as an integer", compiled.generate, ids, n)
raises("cannot be interpreted as an integer", compiled.feed, [1.5])
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    config = json.load(open(os.path.join(folder, "config.json")))
    config["vocab_size"] = 98
    json.dump(config, open(os.path.join(folder, "config.json"), "w"))
    raises("which has shape [97, 48], expected [98, 48]", onebit.compile, folder)
    raises("prefill is a number of tokens for a config.json, a name for MLIR",
           onebit.compile, folder, prefill="prompt")  # fmt: skip
    config["vocab_size"] = 97
    json.dump(config, open(os.path.join(folder, "config.json"), "w"))
    raises("threads must be from 1 to 1024, got 0", onebit.compile, folder, threads=0)
    raises("the tokens of a prefill must be from 1 to 40, which the shortest cache holds, found 41",
           onebit.compile, folder, prefill=41)  # fmt: skip
    raises("No such file or directory: '/no/such/weights'", onebit.compile, folder, weights="/no/such/weights")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert onebit.compile(folder, context=40).context == 40 and not caught
        assert onebit.compile(folder, context=41, prefill=2).context == 41
    [warning] = caught
    expect("the context of 41 tokens is beyond the model's limit of 40" in str(warning.message)
           and warning.filename == __file__, f"warning {warning}")

if errors:
    sys.exit("\n".join(errors))
print(f"{len(MODELS)} models: logits and tokens agree")
