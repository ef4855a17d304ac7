# Weights from checkpoints that the libraries of their formats have written, in
# every form that a weight may have.
#
# REQUIRES: gguf, safetensors, torch, transformers
# RUN: %python %s %binary_dir/bin/onebit-opt

import json
import os
import resource
import subprocess
import sys
import tempfile

import gguf
import numpy as np
import torch
from safetensors.torch import save_file
from transformers.integrations.bitnet import BitLinear, pack_weights

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "Inputs"))
from weights import module, parse, permute, projections, run, write_gguf

OPT = sys.argv[1]
GENERATOR = torch.Generator().manual_seed(3)
checked = 0


def load(path, text, *more, options=""):
    out, error = run(OPT, text, f"--onebit-load-weights=path={path} {options}", *more)
    assert out is not None, error
    return parse(out)


def same(got, expected):
    global checked
    checked += 1
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape, (got.shape, expected.shape)
    expected = expected.astype(got.dtype)
    if got.dtype.kind == "f":
        # One NaN is as good as another.
        assert np.array_equal(np.isnan(got), np.isnan(expected)), (got, expected)
        got, expected = np.nan_to_num(got, nan=0), np.nan_to_num(expected, nan=0)
    assert got.tobytes() == expected.tobytes(), (got, expected)


def trits(rows, columns):
    return torch.randint(-1, 2, (rows, columns), generator=GENERATOR)


def safetensors_floats(folder):
    path = os.path.join(folder, "floats.safetensors")
    tensors = {
        # One odd byte, so that nothing behind it is aligned.
        "a": torch.zeros(1, dtype=torch.int8),
        "b.f32": torch.randn(3, 5, generator=GENERATOR),
        "c.f16": torch.randn(7, generator=GENERATOR).half(),
        "d.bf16": torch.randn(2, 3, 2, generator=GENERATOR).bfloat16(),
        "e.f64": torch.randn(2, generator=GENERATOR, dtype=torch.float64),
        "f.scalar": torch.tensor(2.5),
    }
    tensors["c.f16"][:4] = torch.tensor([float("inf"), -0.0, 6e-8, float("nan")]).half()
    save_file(tensors, path)
    shapes = {name: list(t.shape) for name, t in tensors.items()}
    wanted = {name: shapes[name] for name in ("b.f32", "c.f16", "d.bf16", "f.scalar")}
    floats, _ = load(path, module(wanted))
    for name in wanted:
        same(floats[name], tensors[name].float().numpy())
    for element, name in (("f16", "c.f16"), ("bf16", "d.bf16"), ("f64", "e.f64"), ("i8", "a")):
        floats, _ = load(path, module({name: shapes[name]}, element))
        same(floats[name].view(np.uint8).ravel(), tensors[name].view(torch.uint8).numpy().ravel())
    # The same weight twice, and one that has a value.
    text = module({"b.f32": [3, 5]}) + module({"b.f32": [3, 5]}).replace("@weights", "@again")
    out, _ = run(OPT, text, f"--onebit-load-weights=path={path}")
    assert out.count("dense_resource<b.f32>") == 2, out
    text = 'func.func @f() -> tensor<f32> {\n%0 = decoder.weight "f.scalar" = dense<1.0> : tensor<f32> : tensor<f32>\nreturn %0 : tensor<f32>\n}'
    out, _ = run(OPT, text, f"--onebit-load-weights=path={path}")
    assert "dense<1.000000e+00>" in out, out


def hugging_face_packed(folder):
    for rows, columns in ((8, 12), (4, 1), (64, 100), (6, 5)):
        elements, scale = trits(rows, columns), torch.tensor([0.3]).bfloat16()
        weight = {
            "q.weight": pack_weights(elements.clone().float()),
            "q.weight_scale": scale,
        }
        save_file(weight, os.path.join(folder, "model.safetensors"))
        number = scale.float().numpy()[0]
        for linear, expected in (
            ("bitlinear", np.float32(1) / number),
            ("autobitlinear", number),
            (None, np.float32(1) / number),
        ):
            quantization = {"quant_method": "bitnet"}
            if linear:
                quantization["linear_class"] = linear
            with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
                json.dump({"quantization_config": quantization}, file)
            floats, ternary = load(folder, projections({"q.weight": (rows, columns)}))
            assert not floats
            got = ternary["q.weight"]
            assert got["packing"] == "hf" and got["group"] is None
            same(got["bytes"], weight["q.weight"].numpy().ravel())
            same(got["elements"], elements.numpy())
            same(got["scale"], np.float32(expected))
        for option, expected in (("divide", np.float32(1) / number), ("multiply", number)):
            _, ternary = load(
                folder,
                projections({"q.weight": (rows, columns)}),
                options=f"weight-scale={option}",
            )
            same(ternary["q.weight"]["scale"], np.float32(expected))
        # A negative scale turns signs around, in transformers as here.
        save_file({**weight, "q.weight_scale": -scale}, os.path.join(folder, "model.safetensors"))
        _, ternary = load(folder, projections({"q.weight": (rows, columns)}), options="weight-scale=divide")
        same(ternary["q.weight"]["scale"], np.float32(-1) / number)
        if rows % 4 == 0:
            x, outputs = torch.randn(1, columns, generator=GENERATOR), []
            for sign in (1, -1):
                linear = BitLinear(columns, rows, bias=False, dtype=torch.float32)
                linear.load_state_dict({"weight": weight["q.weight"], "weight_scale": sign * scale.float()}, strict=False)
                outputs.append(linear(x))
            assert torch.equal(outputs[0], -outputs[1]) and outputs[0].abs().sum() > 0
        save_file(weight, os.path.join(folder, "model.safetensors"))
        # Read by something else: floats, at their element's scale.
        floats, ternary = load(folder, module({"q.weight": [rows, columns]}))
        assert not ternary
        same(floats["q.weight"], elements.float().numpy() * (np.float32(1) / number))
        # Not quantized twice, in either order of the passes.
        text = projections({"q.weight": (rows, columns)})
        quantize = "--onebit-quantize-projections=scheme=b1.58-released"
        one, error = run(OPT, text, f"--onebit-load-weights=path={folder}", quantize)
        assert one, error
        other, error = run(OPT, text, quantize, f"--onebit-load-weights=path={folder}")
        assert other, error
        for out in (one, other):
            assert "quantize_weight" not in out and "decoder.weight" not in out, out
            same(parse(out)[1]["q.weight"]["elements"], elements.numpy())


def auto_bit_linear(folder):
    # Offline: floats of -1, 0 and 1.
    elements = trits(6, 9)
    path = os.path.join(folder, "offline.safetensors")
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        weight = {"v.weight": elements.to(dtype), "v.weight_scale": torch.tensor([1.75]).to(dtype)}
        save_file(weight, path)
        _, ternary = load(path, projections({"v.weight": (6, 9)}), options="weight-scale=multiply")
        assert ternary["v.weight"]["packing"] == "i2_s"
        same(ternary["v.weight"]["elements"], elements.numpy())
        same(ternary["v.weight"]["scale"], np.float32(1.75))
    # Online: floats, which are quantized here, as transformers does each time.
    from transformers.integrations.bitnet import WeightQuant

    torch._dynamo.config.disable = True
    path = os.path.join(folder, "online.safetensors")
    weight = torch.randn(40, 30, generator=GENERATOR)
    save_file({"v.weight": weight}, path)
    _, ternary = load(
        path,
        projections({"v.weight": (40, 30)}),
        "--onebit-quantize-projections=scheme=b1.58-released",
    )
    got = ternary["v.weight"]
    expected = WeightQuant.apply(weight).numpy()
    same(got["elements"], np.sign(expected))
    assert np.allclose(got["elements"] * got["scale"], expected, rtol=3e-7, atol=0)


def gguf_types(folder):
    path = os.path.join(folder, "types.gguf")
    kinds = gguf.GGMLQuantizationType
    values = torch.randn(3, 512, generator=GENERATOR).numpy()
    name, there = "model.layers.3.mlp.up_proj.weight", "blk.3.ffn_up.weight"
    for kind in (kinds.F32, kinds.F16, kinds.BF16, kinds.Q8_0):
        data = gguf.quantize(values, kind)
        write_gguf(path, "bitnet", {there: (data, kind)})
        floats, _ = load(path, module({name: [3, 512]}))
        same(floats[name], gguf.dequantize(data, kind))
    for kind in (kinds.TQ1_0, kinds.TQ2_0):
        # One scale; one with a block of nothing, whose scale is 0; many.
        one = trits(3, 512).float().numpy() * np.float32(0.75)
        nothing = one.copy()
        nothing[1, 256:] = 0
        for matrix, grouped in ((one, False), (nothing, False), (values, True)):
            data = gguf.quantize(matrix, kind)
            write_gguf(path, "bitnet", {there: (data, kind)})
            expected = gguf.dequantize(data, kind)
            _, ternary = load(path, projections({name: (3, 512)}))
            got = ternary[name]
            assert got["packing"] == kind.name.lower()
            same(got["bytes"], data.ravel())
            assert got["group"] == ((256, 1) if grouped else None), got
            scale = np.repeat(got["scale"], 256, axis=1) if grouped else got["scale"]
            same(got["elements"] * scale, expected + np.float32(0))
            floats, _ = load(path, module({name: [3, 512]}))
            same(floats[name] + np.float32(0), expected + np.float32(0))
            # Groups go on to the product.
            out, error = run(
                OPT,
                projections({name: (3, 512)}),
                f"--onebit-load-weights=path={path}",
                "--onebit-quantize-projections",
            )
            assert out, error
            assert ("tensor<3x2x256x!ternary.trit>" in out) == grouped, out


def i2_s(folder):
    """microsoft/BitNet's: not of gguf, so the file is made by hand."""
    import struct

    def string(text):
        return struct.pack("<Q", len(text)) + text.encode()

    for rows, columns in ((2, 128), (5, 256), (4, 96)):
        elements = trits(rows, columns).numpy()
        flat = (elements.ravel() + 1).reshape(-1, 4, 32).astype(np.uint8)
        packed = flat[:, 0] << 6 | flat[:, 1] << 4 | flat[:, 2] << 2 | flat[:, 3]
        head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1)
        head += string("general.architecture") + struct.pack("<I", 8) + string("bitnet-b1.58")
        head += string("blk.0.attn_v.weight") + struct.pack("<IQQIQ", 2, columns, rows, 36, 0)
        head += b"\0" * (-len(head) % 32)
        path = os.path.join(folder, "i2_s.gguf")
        with open(path, "wb") as file:
            file.write(head + packed.tobytes() + struct.pack("<f", 1.25) + b"\0" * 28)
        name = "model.layers.0.self_attn.v_proj.weight"
        _, ternary = load(path, projections({name: (rows, columns)}))
        assert ternary[name]["packing"] == "i2_s"
        same(ternary[name]["elements"], elements)
        same(ternary[name]["scale"], np.float32(1.25))


def llama_names(folder):
    kinds = gguf.GGMLQuantizationType
    path = os.path.join(folder, "llama.gguf")
    names = {
        "model.embed_tokens.weight": ("token_embd.weight", (9, 8), 0),
        "model.norm.weight": ("output_norm.weight", (8,), 0),
        "lm_head.weight": ("output.weight", (9, 8), 0),
        "model.layers.11.input_layernorm.weight": ("blk.11.attn_norm.weight", (8,), 0),
        "model.layers.11.post_attention_layernorm.weight": ("blk.11.ffn_norm.weight", (8,), 0),
        "model.layers.11.self_attn.q_proj.weight": ("blk.11.attn_q.weight", (24, 256), 4),
        "model.layers.11.self_attn.q_proj.bias": ("blk.11.attn_q.bias", (24,), 4),
        "model.layers.11.self_attn.k_proj.weight": ("blk.11.attn_k.weight", (12, 8), 2),
        "model.layers.11.self_attn.v_proj.weight": ("blk.11.attn_v.weight", (12, 8), 0),
        "model.layers.11.self_attn.o_proj.weight": ("blk.11.attn_output.weight", (8, 24), 0),
        "model.layers.11.mlp.gate_proj.weight": ("blk.11.ffn_gate.weight", (6, 8), 0),
        "model.layers.11.mlp.up_proj.weight": ("blk.11.ffn_up.weight", (6, 8), 0),
        "model.layers.11.mlp.down_proj.weight": ("blk.11.ffn_down.weight", (8, 6), 0),
    }
    # The names are those of the library that the converters take them from.
    table = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, 12)
    for name, (there, _, _) in names.items():
        assert table.get_name(name, try_suffixes=(".weight", ".bias")) == there, name
    arrays = {
        name: torch.randn(shape, generator=GENERATOR).numpy()
        for name, (_, shape, _) in names.items()
    }
    heads = [("llama.attention.head_count", 4), ("llama.attention.head_count_kv", 2)]
    for kind in (kinds.F32, kinds.F16):
        tensors = {
            there: (gguf.quantize(permute(arrays[name], h) if h else arrays[name], kind), kind)
            for name, (there, _, h) in names.items()
        }
        write_gguf(path, "llama", tensors, heads)
        shapes = {name: list(shape) for name, (_, shape, _) in names.items()}
        floats, _ = load(path, module(shapes))
        for name in names:
            same(floats[name], gguf.dequantize(gguf.quantize(arrays[name], kind), kind))
    # Permuted trits.
    name, (there, shape, h) = "model.layers.11.self_attn.q_proj.weight", names[
        "model.layers.11.self_attn.q_proj.weight"
    ]
    for kind in (kinds.TQ1_0, kinds.TQ2_0):
        elements = trits(*shape).float().numpy()
        data = gguf.quantize(permute(elements, h), kind)
        write_gguf(path, "llama", {there: (data, kind)}, heads)
        _, ternary = load(path, projections({name: shape}))
        same(ternary[name]["elements"], elements)
    # BitNet's norms, and scales beside weights; nothing is permuted there.
    elements = trits(8, 256).float().numpy()
    write_gguf(
        path,
        "bitnet",
        {
            "blk.0.attn_sub_norm.weight": (np.arange(8, dtype=np.float32), kinds.F32),
            "blk.0.ffn_sub_norm.weight": (np.arange(6, dtype=np.float32), kinds.F32),
            "blk.0.attn_q.weight": (gguf.quantize(elements * 0.5, kinds.TQ2_0), kinds.TQ2_0),
            "blk.0.attn_q.scale": (np.array([3], np.float32), kinds.F32),
        },
    )
    shapes = {
        "model.layers.0.self_attn.attn_sub_norm.weight": [8],
        "model.layers.0.mlp.ffn_sub_norm.weight": [6],
    }
    name = "model.layers.0.self_attn.q_proj.weight"
    floats, ternary = load(path, module(shapes) + projections({name: (8, 256)}))
    for other, shape in shapes.items():
        same(floats[other], np.arange(shape[0], dtype=np.float32))
    same(ternary[name]["elements"], elements)
    same(ternary[name]["scale"], np.float32(1.5))


def whole_models(folder):
    """BitNet as transformers saves it, in both linear classes, and as GGUF: after
    quantization no projection but the head has floats."""
    from transformers import AutoConfig, AutoModelForCausalLM

    fields = {"hidden_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 19,
              "num_key_value_heads": 2, "intermediate_size": 512, "tie_word_embeddings": True, "bos_token_id": 1,
              "eos_token_id": 2, "pad_token_id": 0}  # fmt: skip
    config = AutoConfig.for_model("bitnet", **fields)
    state = AutoModelForCausalLM.from_config(config).state_dict()
    linear = [name for name in state if "_proj.weight" in name]
    assert len(linear) == 14
    elements = {name: trits(*state[name].shape) for name in linear}
    text = json.dumps(config.to_dict())
    kinds = gguf.GGMLQuantizationType
    table = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BITNET, 2)
    for form in ("bitlinear", "autobitlinear", "tq1_0"):
        path = os.path.join(folder, f"{form}.gguf" if form == "tq1_0" else form)
        plain = {name: t for name, t in state.items() if name not in linear and name != "lm_head.weight"}
        if form == "tq1_0":
            tensors = {
                table.get_name(
                    # What gguf calls them is older than transformers' names.
                    name.replace("self_attn.attn_sub_norm", "self_attn.inner_attn_ln").replace(
                        "mlp.ffn_sub_norm", "mlp.ffn_layernorm"
                    ),
                    try_suffixes=(".weight",),
                ): (t.float().numpy(), kinds.F32)
                for name, t in plain.items()
            }
            for name in linear:
                data = gguf.quantize(elements[name].float().numpy() * np.float32(0.5), kinds.TQ1_0)
                tensors[table.get_name(name, try_suffixes=(".weight",))] = (data, kinds.TQ1_0)
            write_gguf(path, "bitnet", tensors)
        else:
            os.mkdir(path)
            for name in linear:
                packed = form == "bitlinear"
                plain[name] = pack_weights(elements[name].clone().float()) if packed else elements[name].bfloat16()
                plain[name.replace(".weight", ".weight_scale")] = torch.tensor([2.0 if packed else 0.5]).bfloat16()
            save_file(plain, os.path.join(path, "model.safetensors"))
            quantization = {"quant_method": "bitnet", "linear_class": form}
            with open(os.path.join(path, "config.json"), "w", encoding="utf-8") as file:
                json.dump({**config.to_dict(), "quantization_config": quantization}, file)
        with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
            file.write(text)
        model = subprocess.run(
            [os.path.join(os.path.dirname(OPT), "onebit-translate"), "--import-hf-config",
             os.path.join(folder, "config.json"), "--context=4"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        out, error = run(
            OPT, model, f"--onebit-load-weights=path={path}", "--onebit-decompose-blocks",
            "--onebit-quantize-projections=scheme=b1.58-released",
        )  # fmt: skip
        assert out, error
        floats, ternary = parse(out)
        assert "quantize_weight" not in out and out.count("= ternary.weight") == len(linear), out
        assert "14 projections have weights that were quantized before" in out, out
        for name in linear:
            same(ternary[name]["elements"], elements[name].numpy())
            same(ternary[name]["scale"], np.float32(0.5))
        for name, value in floats.items():
            same(value, state[name].float().numpy())
        # What weights hold changes no price.
        reports = []
        for passes in ([], [f"--onebit-load-weights=path={path}"]):
            out, error = run(OPT, model, *passes, "--lower-to-systolic", "--report=json")
            assert out, error
            reports.append(json.loads(out))
            reports[-1].pop("assumptions")
            for kernel in reports[-1]["kernels"]:
                origin = kernel.pop("quantization", {}).get("origin")
                came = "unpacked" if form == "autobitlinear" else "packed"
                there = passes and kernel["class"] == "matmul_free"
                assert origin == (came if there else None), (form, kernel)
        assert reports[0] == reports[1]


def not_copied(folder):
    """Of a weight of a gibibyte that nobody looks at, nothing is read."""
    global checked
    path = os.path.join(folder, "big.safetensors")
    header = json.dumps({"w": {"dtype": "F32", "shape": [1 << 28], "data_offsets": [0, 1 << 30]}})
    header = header.encode().ljust(120)
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(128 + (1 << 30))
    text = 'func.func @f() {\n%0 = decoder.weight "w" : tensor<268435456xf32>\nreturn\n}'
    # Sanitizers keep a shadow of all that there is.
    limit = resource.RLIM_INFINITY if os.environ.get("ONEBIT_SANITIZERS") else 512 << 20

    def bound():
        # Of what is written to; a mapped file is not.
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    done = subprocess.run(
        [OPT, f"--onebit-load-weights=path={path}", "--canonicalize"],
        input=text, text=True, capture_output=True, preexec_fn=bound,
    )  # fmt: skip
    assert done.returncode == 0, done
    checked += 1


with tempfile.TemporaryDirectory() as folder:
    for test in (safetensors_floats, hugging_face_packed, auto_bit_linear, gguf_types, i2_s, llama_names, whole_models, not_copied):
        test(folder)
print(f"{checked} values compared")
sys.exit(checked < 100)
