# RUN: env PYTHONPATH=%binary_dir/python %python %s
# REQUIRES: onebit-python, jax, torch, torch_mlir
"""onebit, torch, torch-mlir and jaxlib bring copies of LLVM: they live in one process,
whichever comes first and whichever is next to which, and all of them work."""
import os
import sys


def use_onebit():
    import onebit

    assert onebit.load("module {\n}").bytecode().startswith(b"ML")


def use_torch():
    import torch

    assert torch.ones(2).sum().item() == 2


def use_torch_mlir():
    from torch_mlir import ir

    assert "module" in str(ir.Module.parse("module {}", ir.Context()))


def use_jaxlib():
    import jax

    assert "dot_general" in jax.jit(lambda x: x @ x).lower(jax.ShapeDtypeStruct((2, 2), "float32")).as_text()


running, failed = set(), []


def wait():
    pid, status = os.wait()
    running.remove(pid)
    if status:
        failed.append(orders[pid])


def turns(ring):
    return [ring[i:] + ring[:i] for i in range(len(ring))]


orders = {}
ring = (use_onebit, use_torch, use_torch_mlir, use_jaxlib)
for order in turns(ring) + turns(ring[::-1]) + turns((use_torch, use_onebit, use_jaxlib, use_torch_mlir)):
    if len(running) == 2:
        wait()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try:
            for use in (*order, *order):
                use()
        except BaseException as error:
            print([use.__name__ for use in order], error)
            os._exit(1)
        os._exit(0)
    running.add(pid)
    orders[pid] = [use.__name__ for use in order]
while running:
    wait()
assert not failed, failed
