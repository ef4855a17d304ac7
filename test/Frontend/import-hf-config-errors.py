# Every diagnostic of --import-hf-config: one error, which names the file, what
# was expected and what was found; no output and no crash.
#
# RUN: %python %s %binary_dir/bin/onebit-translate

import json
import os
import subprocess
import sys
import tempfile

tool = sys.argv[1]

LLAMA = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 100,
         "max_position_embeddings": 128}
OPT = {"model_type": "opt", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
       "ffn_dim": 96, "vocab_size": 100, "max_position_embeddings": 128}
GPT2 = {"model_type": "gpt2", "n_embd": 64, "n_layer": 2, "n_head": 4, "vocab_size": 100,
        "n_positions": 128}
FALCON = {"model_type": "falcon", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
          "vocab_size": 100}
NEOX = {"model_type": "gpt_neox", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
        "intermediate_size": 96, "vocab_size": 100}


def without(config, field):
    return {k: v for k, v in config.items() if k != field}


def llama(**fields):
    return {**LLAMA, **fields}


def rope(kind, **fields):
    return llama(hidden_size=64, rope_parameters={"rope_type": kind, **fields})


def bitnet(**fields):
    return llama(quantization_config={"quant_method": "bitnet", **fields})


families = ("bitnet, bloom, falcon, gemma, gemma2, gpt2, gpt_neox, granite, llama, mistral, olmo2, opt, "
            "phi3, qwen2, qwen3, starcoder2")

# (config or text, options, message)
CASES = [
    # Not a config at all.
    ("", [], "expected a Hugging Face config.json, found what is not JSON: Unexpected EOF"),
    ("{", [], "found what is not JSON: Expected object key"),
    ('{"a": 1,}', [], "found what is not JSON"),
    ('{"model_type": "opt", "hidden_size": NaN}', [], "found what is not JSON: Invalid JSON value"),
    ('{"model_type": "opt", "hidden_size": Infinity}', [], "found what is not JSON"),
    ('{"model_type": "opt"} {}', [], "found what is not JSON: Text after end of document"),
    (b'{"model_type": "\xff\xfe"}', [], "found what is not JSON: Invalid UTF-8 sequence"),
    (b"\x7fELF\x02\x01\x01\x00", [], "found what is not JSON"),
    ("[]", [], "expected a JSON object, as in a Hugging Face config.json, found a list"),
    ("17", [], "expected a JSON object, as in a Hugging Face config.json, found 17"),
    ("null", [], "expected a JSON object, as in a Hugging Face config.json, found null"),
    ("[" * 100000, [], "nests deeper than 100 levels; expected a Hugging Face config.json"),
    ('{"a":' * 100000, [], "nests deeper than 100 levels"),
    ('{"model_type": "opt", "model_type": "opt"}', [], "'model_type' occurs twice; expected each field once"),
    # The family.
    ({}, [], f"'model_type' must be one of {families}; found nothing"),
    (llama(model_type="mamba"), [], f"'model_type' must be one of {families}; found \"mamba\""),
    (llama(model_type=None), [], f"'model_type' must be one of {families}; found nothing"),
    (llama(model_type=3), [], "'model_type' must be a string, found 3"),
    # Fields that are missing or of a wrong type.
    *[(without(LLAMA, field), [], f"'{field}' must be an integer from 1 to {limit}, but is missing")
      for field, limit in [("hidden_size", 2**24), ("num_hidden_layers", 2**16),
                           ("num_attention_heads", 2**24), ("intermediate_size", 2**24),
                           ("vocab_size", 2**24)]],
    (without(OPT, "ffn_dim"), [], "'ffn_dim' must be an integer from 1 to 16777216, but is missing"),
    (without(OPT, "max_position_embeddings"), [],
     "'max_position_embeddings' must be an integer from 1 to 2147483648, but is missing"),
    (without(GPT2, "n_embd"), [], "'n_embd' must be an integer from 1 to 16777216, but is missing"),
    (llama(hidden_size="big"), [], "'hidden_size' must be an integer from 1 to 16777216, found \"big\""),
    (llama(hidden_size=True), [], "'hidden_size' must be an integer from 1 to 16777216, found true"),
    (llama(hidden_size=[64]), [], "'hidden_size' must be an integer from 1 to 16777216, found a list"),
    (llama(hidden_size={}), [], "'hidden_size' must be an integer from 1 to 16777216, found an object"),
    (llama(hidden_size=64.5), [], "'hidden_size' must be an integer from 1 to 16777216, found 64.5"),
    (llama(hidden_size="x" * 1000), [], "found \"" + "x" * 39 + "..."),
    (llama(tie_word_embeddings="yes"), [], "'tie_word_embeddings' must be true or false, found \"yes\""),
    (llama(rms_norm_eps="small"), [], "'rms_norm_eps' must be a finite number above zero, found \"small\""),
    (llama(rms_norm_eps=0), [], "'rms_norm_eps' must be a finite number above zero, found 0"),
    (llama(rms_norm_eps=-1e-5), [], "'rms_norm_eps' must be a finite number above zero, found -"),
    (llama(hidden_act=1), [], "'hidden_act' must be a string, found 1"),
    (llama(hidden_act="mish"), [], "'hidden_act' must be one of relu, relu2, gelu, gelu_python, gelu_new, "
                                   "gelu_fast, gelu_pytorch_tanh, silu, swish; found \"mish\""),
    (llama(model_type="granite", residual_multiplier="one"), [],
     "'residual_multiplier' must be a finite number, found \"one\""),
    (json.dumps(llama(model_type="granite", residual_multiplier=0)).replace(": 0", ": 1e999"), [],
     "'residual_multiplier' must be a finite number, found "),
    (llama(model_type="granite", logits_scaling=1e-300), [],
     "'logits_scaling' must be a finite number above zero, found "),
    (llama(architectures="LlamaForCausalLM"), [],
     "'architectures' must be a list of strings, found \"LlamaForCausalLM\""),
    (llama(rope_parameters=5), [], "'rope_parameters' must be an object, found 5"),
    (llama(rope_scaling="linear"), [], "'rope_scaling' must be an object, found \"linear\""),
    (llama(rope_theta=0), [], "'rope_theta' must be a finite number above zero, found 0"),
    (llama(rope_parameters={"rope_theta": -1}), [],
     "'rope_parameters.rope_theta' must be a finite number above zero, found -1"),
    (rope("linear"), [], "'rope_parameters.factor' must be a finite number above zero, but is missing"),
    (rope("linear", factor=-1), [], "'rope_parameters.factor' must be a finite number above zero, found -1"),
    (rope("llama3", factor=8, high_freq_factor=4), [],
     "'rope_parameters.low_freq_factor' must be a finite number above zero, but is missing"),
    (rope("llama3", factor=8, low_freq_factor=4, high_freq_factor=4), [],
     "'low_freq_factor' must be below 'high_freq_factor' 4, found 4"),
    (rope("yarn", factor=4, beta_fast=1, beta_slow=2), [], "'beta_slow' must be at most 'beta_fast' 1, found 2"),
    (rope("yarn", factor=4, rope_theta=1), [],
     "'rope_theta' must not be 1 with rotary positions of type 'yarn'"),
    (rope("yarn", factor=4, mscale=-20, mscale_all_dim=1), [],
     "'mscale' and 'mscale_all_dim' must give an attention factor above zero, found -1.5"),
    (rope("yarn", factor=4, truncate=1), [], "'rope_parameters.truncate' must be true or false, found 1"),
    (rope("yarn", factor=4, original_max_position_embeddings=0), [],
     "'rope_parameters.original_max_position_embeddings' must be an integer from 1 to 2147483648, found 0"),
    (rope("longrope", long_factor=[1] * 8), [],
     "'rope_parameters.short_factor' must be a list of 8 finite numbers above zero, but is missing"),
    (rope("longrope", short_factor=[1] * 7, long_factor=[1] * 8), [],
     "'rope_parameters.short_factor' must be a list of 8 finite numbers above zero, found 7"),
    (rope("longrope", short_factor=[1] * 7 + ["a"], long_factor=[1] * 8), [],
     "'rope_parameters.short_factor' must be a list of 8 finite numbers above zero, found \"a\""),
    (bitnet(linear_class="linear"), [],
     "'linear_class' must be one of bitlinear, autobitlinear; found \"linear\""),
    (bitnet(quantization_mode="now"), [], "'quantization_mode' must be one of offline, online; found \"now\""),
    (bitnet(use_rms_norm=1), [], "'quantization_config.use_rms_norm' must be true or false, found 1"),
    (bitnet(rms_norm_eps=0), [], "'quantization_config.rms_norm_eps' must be a finite number above zero, found 0"),
    (bitnet(modules_to_not_convert="lm_head"), [],
     "'quantization_config.modules_to_not_convert' must be a list of strings, found \"lm_head\""),
    *((bitnet(modules_to_not_convert=["lm_head", pattern]), [],
       "'modules_to_not_convert' may have names, and patterns of letters, digits and .*+|^$; found "
       f'"{pattern}"') for pattern in ("layers.(0|1)", "layer.*?x", "[0-9]", "*")),
    (llama(quantization_config=[]), [], "'quantization_config' must be an object, found a list"),
    (llama(model_type="qwen2", layer_types="full_attention"), [],
     "'layer_types' must be a list of strings, found \"full_attention\""),
    (llama(model_type="qwen2", layer_types=["full_attention", 2]), [],
     "'layer_types' must be a list of strings, found 2"),
    # Sizes out of range.
    (llama(num_hidden_layers=0), [], "'num_hidden_layers' must be an integer from 1 to 65536, found 0"),
    (llama(num_hidden_layers=10**9), [], "'num_hidden_layers' must be an integer from 1 to 65536, found 1000000000"),
    (llama(hidden_size=-1), [], "'hidden_size' must be an integer from 1 to 16777216, found -1"),
    (llama(hidden_size=10**18), [], "'hidden_size' must be an integer from 1 to 16777216, found 1000000000000000000"),
    (llama(hidden_size=10**30), [], "'hidden_size' must be an integer from 1 to 16777216, found 1"),
    (llama(max_position_embeddings=2**31 + 1), [],
     "'max_position_embeddings' must be an integer from 1 to 2147483648, found 2147483649"),
    (llama(model_type="mistral", sliding_window=0), [],
     "'sliding_window' must be an integer from 1 to 2147483648, found 0"),
    (llama(model_type="qwen2", max_window_layers=-1), [],
     "'max_window_layers' must be an integer from 0 to 65536, found -1"),
    (llama(hidden_size=2**24, intermediate_size=2**24, vocab_size=2**24), ["--phase=prefill", "--batch=1000000"],
     "the model is too large to count: more than 2^60 multiply-accumulates in 2 layers of hidden size "
     "16777216, with context 128 and batch 1000000"),
    # Fields that contradict each other.
    (llama(num_attention_heads=7), [], "the number of attention heads must divide the hidden size 64, found 7"),
    (llama(num_key_value_heads=3), [],
     "the number of key-value heads must divide the number of attention heads 4, found 3"),
    (llama(num_key_value_heads=8), [],
     "the number of key-value heads must divide the number of attention heads 4, found 8"),
    ({**GPT2, "hidden_size": 65}, [], "'hidden_size' is 65, but 'n_embd', another name of it, is 64"),
    ({**GPT2, "add_cross_attention": True}, [],
     "'add_cross_attention' must be false, as in a decoder without an encoder; found true"),
    (llama(head_dim=15), [], "rotary positions need an even number of the 15 elements of a head, found 15"),
    ({**NEOX, "rotary_pct": 0.01}, [], "rotary positions need an even number of the 16 elements of a head, found 0"),
    ({**NEOX, "rotary_pct": 2}, [], "rotary positions need an even number of the 16 elements of a head, found 32"),
    ({**NEOX, "rotary_pct": 1e30}, [], "rotary positions need an even number of the 16 elements of a head, found 32"),
    (llama(model_type="bitnet", head_dim=8), [],
     "'head_dim' times 'num_attention_heads' must be the hidden size 64, which attn_sub_norm has, found 32"),
    (llama(model_type="qwen2", layer_types=["full_attention"]), [],
     "'layer_types' must have one entry for each of 2 layers, found 1"),
    (llama(model_type="qwen2", layer_types=["full_attention", "linear_attention"]), [],
     "'layer_types' must have full_attention or sliding_attention, found \"linear_attention\""),
    (llama(model_type="qwen2", layer_types=["full_attention", "sliding_attention"]), [],
     "'layer_types' has sliding_attention, but the config sets no 'sliding_window'"),
    ({**FALCON, "multi_query": False, "num_kv_heads": 2}, [],
     "without 'new_decoder_architecture' and 'multi_query' there must be as many key-value heads as "
     "attention heads, 4; found 2"),
    ({**FALCON, "new_decoder_architecture": True, "parallel_attn": False}, [],
     "'parallel_attn' must be true with 'new_decoder_architecture', found false"),
    ({**FALCON, "num_ln_in_parallel_attn": 2}, [],
     "'num_ln_in_parallel_attn' must be 1 without 'new_decoder_architecture', found 2"),
    # Options.
    (LLAMA, ["--context=0"], "the context must be from 1 to 2147483648 tokens, found 0"),
    (LLAMA, ["--context=-5"], "the context must be from 1 to 2147483648 tokens, found -5"),
    (LLAMA, ["--context=9000000000"], "the context must be from 1 to 2147483648 tokens, found 9000000000"),
    (LLAMA, ["--batch=0"], "the batch must be from 1 to 16777216 sequences, found 0"),
    (LLAMA, ["--layers=0"], "the number of layers to import must be from 1 to the model's 2, found 0"),
    (LLAMA, ["--layers=3"], "the number of layers to import must be from 1 to the model's 2, found 3"),
    (OPT, ["--context=129"], "the context must be at most the 128 positions that the model has learned, found 129"),
    (GPT2, ["--context=129", "--phase=prefill"],
     "the context must be at most the 128 positions that the model has learned, found 129"),
    (llama(model_type="mistral"), ["--layout=paper"],
     "the paper has no model of family 'mistral'; expected the layout real, or a model of family gpt2, llama or opt"),
    (LLAMA, ["--layout=paper", "--phase=prefill"],
     "the paper counted one token of one sequence; expected phase decode and batch 1, found phase prefill and batch 1"),
    (LLAMA, ["--layout=paper", "--batch=2"],
     "the paper counted one token of one sequence; expected phase decode and batch 1, found phase decode and batch 2"),
    (llama(num_attention_heads=6, head_dim=16), ["--layout=paper"],
     "the paper's heads divide the hidden size; found 6 heads and hidden size 64"),
]


def refuse(command, message, file):
    done = subprocess.run([tool, *command], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    errors = done.stderr.decode("utf-8", "replace")
    problem = None
    if done.returncode != 1:
        problem = f"exit status {done.returncode}"
    elif done.stdout:
        problem = "output despite an error"
    elif message not in errors:
        problem = f"not {message!r}"
    elif file not in errors:
        problem = f"does not name {file}"
    elif errors.count("error: ") != 1 or len(errors) > 2000:
        problem = "not one short error"
    if problem:
        print(f"{command}: {problem}\n{errors[:500]}")
    return problem is None


wrong = 0
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.json")
    for config, options, message in CASES:
        text = json.dumps(config, indent=1) if isinstance(config, dict) else config
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        wrong += not refuse(["--import-hf-config", path, *options], message, path)

    missing = os.path.join(folder, "missing.json")
    for command, message, file in [
        (["--import-hf-config", missing], "No such file or directory", missing),
        (["--import-hf-config", folder], "Is a directory", folder),
        (["--import-hf-config"], "expected an input file, or - for stdin", ""),
        (["--import-hf-config", "-"], "found what is not JSON", "<stdin>"),
        ([path], "what is to be done? Expected one of --import-hf-config", ""),
        (["--import-hf-config", path, "--phase=train"], "Cannot find option named 'train'", ""),
        (["--import-hf-config", path, "--context=many"], "'many' value invalid", ""),
    ]:
        done = subprocess.run([tool, *command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 1 or message not in done.stderr or file not in done.stderr or done.stdout:
            wrong += 1
            print(f"{command}: {done.returncode}\n{done.stderr[:500]}")
    with open(path, "w") as file:
        json.dump(LLAMA, file)
    done = subprocess.run([tool, "--import-hf-config", path, "-o", os.path.join(folder, "no", "where")],
                          capture_output=True, text=True)
    if done.returncode != 1 or "No such file or directory" not in done.stderr:
        wrong += 1
        print(done.stderr)

    # A diagnostic points at the field, unless the line is too long to look at.
    for indent, where in [(1, ":3:2: error: 'hidden_size'"), (None, ":1:25: error: 'hidden_size'"),
                          (0, ":3:1: error: 'hidden_size'")]:
        with open(path, "w") as file:
            json.dump(llama(hidden_size=0), file, indent=indent)
        errors = subprocess.run([tool, "--import-hf-config", path], capture_output=True, text=True).stderr
        if path + where not in errors:
            wrong += 1
            print(errors)
    with open(path, "w") as file:
        json.dump({"_name_or_path": "x" * 1000, **llama(hidden_size=0)}, file)
    errors = subprocess.run([tool, "--import-hf-config", path], capture_output=True, text=True).stderr
    if path + ":1:0: error: 'hidden_size'" not in errors or "xxx" in errors:
        wrong += 1
        print(errors)
print(f"{len(CASES)} bad configs, {wrong} wrong answers")
sys.exit(wrong != 0)
